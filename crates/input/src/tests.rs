use std::fs;

use tempfile::TempDir;

use super::*;

fn message(result: io::Result<impl fmt::Debug>) -> String {
    let error = result.unwrap_err();
    format!("{error}; {}", help(&error).unwrap_or("-"))
}

#[test]
fn a_file_is_read_up_to_the_limit_of_its_kind() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.guard");
    fs::write(&path, vec![b'a'; 1 << 20]).unwrap();
    assert_eq!(text(&path, Kind::Rules).unwrap().len(), 1 << 20);
    fs::write(&path, vec![b'a'; (1 << 20) + 1]).unwrap();
    let wanted = "a rule file has at most 1 MiB; check that this is the intended file, and split it";
    assert_eq!(message(bytes(&path, Kind::Rules)), wanted);
    assert_eq!(message(all(io::repeat(b'a'), Kind::Rules)), wanted, "a source without an end");
    for kind in Kind::ALL {
        assert!(kind.most() >= MIB && !kind.name().is_empty());
    }
}

#[test]
fn what_is_no_text_and_no_file_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.sql");
    fs::write(&path, b"ab\xff").unwrap();
    assert_eq!(
        message(text(&path, Kind::Sql)),
        "it is not text in UTF-8: byte 3 is invalid; save the file as UTF-8 text"
    );
    assert_eq!(message(text(folder.path(), Kind::Sql)), "it is not a file; pass a file");
    assert!(help(&text(&folder.path().join("none"), Kind::Sql).unwrap_err()).is_none());
    #[cfg(unix)]
    assert!(message(bytes(Path::new("/dev/zero"), Kind::Sql)).starts_with("a SQL file has at most 2 MiB"));
}

#[cfg(unix)]
#[test]
fn links_stay_in_their_folder() {
    use std::os::unix::fs::symlink;

    let outer = TempDir::new().unwrap();
    let folder = outer.path().join("folder");
    fs::create_dir_all(folder.join("sql")).unwrap();
    fs::write(outer.path().join("secret"), "").unwrap();
    fs::write(folder.join("one.sql"), "").unwrap();
    symlink("../one.sql", folder.join("sql/in.sql")).unwrap();
    symlink("../../secret", folder.join("sql/out.sql")).unwrap();
    symlink(outer.path(), folder.join("up")).unwrap();
    symlink(&folder, outer.path().join("link")).unwrap();
    let stays = |path: &str| stays_in(&folder, &folder.join(path));
    assert!(stays("one.sql").is_ok() && stays("sql/in.sql").is_ok());
    for outside in ["sql/out.sql", "up/secret"] {
        assert_eq!(
            message(stays(outside)),
            "it is a link that leads out of its folder; copy the file into the folder, or link to a file in it"
        );
    }
    let link = outer.path().join("link");
    assert!(stays_in(&link, &link.join("one.sql")).is_ok(), "the folder itself may be a link");
    assert!(stays_in(&link, &link.join("sql/out.sql")).is_err());
}

#[test]
fn a_record_without_an_end_is_refused() {
    let (mut source, progress) = Bounded::new(io::repeat(b'a'), 10);
    let mut buffer = [0; 8];
    assert_eq!(source.read(&mut buffer).unwrap(), 8);
    progress.made();
    assert_eq!(source.read(&mut buffer).unwrap(), 8);
    assert_eq!(source.read(&mut buffer).unwrap_err().kind(), ErrorKind::FileTooLarge);
}
