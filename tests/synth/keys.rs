//! Every key has an effect: another value gives another assembly.

use std::collections::BTreeSet;

use strataform::assembly::Draft;
use strataform::spec::{self, GRAMMAR};

use super::{BASE, drafts};

/// The file that has every key.
const EVERY: &str = include_str!("../spec/valid/every_key.toml");

/// Unique parts of the base file, and their replacements.
const CHANGES: &[(&str, &str)] = &[
    ("[platform]\nname = \"shop\"", "[platform]\nname = \"mall\""),
    ("title = \"The shop\"", "title = \"The mall\""),
    ("description = \"What customers order, and who they are.\"", "description = \"Orders.\""),
    ("owner = \"sales-data\"", "owner = \"other-data\""),
    ("volume = \"2 GB/day\"\nschedule", "volume = \"3 GB/day\"\nschedule"),
    ("schedule = \"every 30 minutes\"", "schedule = \"hourly\""),
    ("divisions = 4", "divisions = 2"),
    ("stream = \"2 days\"", "stream = \"3 days\""),
    ("raw = \"60 days\"", "raw = \"61 days\""),
    ("curated = \"2 years\"", "curated = \"3 years\""),
    ("quarantine = \"6 weeks\"", "quarantine = \"7 weeks\""),
    ("logs = \"1 year\"", "logs = \"2 years\""),
    ("\"data@example.com\", ", ""),
    ("cidr = \"10.30.0.0/20\"", "cidr = \"10.31.0.0/20\""),
    ("zones = 4", "zones = 3"),
    (
        "kind = \"serverless\"\ndatabase = \"shop\"\nbase = 8\nmost = 64\ndaily_limit = 400",
        "kind = \"provisioned\"",
    ),
    ("database = \"shop\"", "database = \"mall\""),
    ("base = 8", "base = 16"),
    ("most = 64", "most = 72"),
    ("daily_limit = 400", "daily_limit = 401"),
    ("authors = [\"shop-authors\"]", "authors = [\"others\"]"),
    ("readers = [\"shop-readers\", \"finance\"]", "readers = [\"shop-readers\"]"),
    ("identity_region = \"us-east-1\"", "identity_region = \"us-west-2\""),
    ("namespace = \"retail\"", "namespace = \"default\""),
    ("analysts = [\"role/Analyst\", ", "analysts = ["),
    ("secrets_role = \"aws-quicksight-secretsmanager-role-v0\"", "secrets_role = \"secrets\""),
    ("\"cost-centre\" = \"4711\"", "\"cost-centre\" = \"4712\""),
    (
        "\"VersioningConfiguration.Status\" = \"Suspended\"",
        "\"VersioningConfiguration.Status\" = \"Enabled\"",
    ),
    ("region = \"eu-west-1\"", "region = \"eu-west-2\""),
    ("account = \"111122223333\"", "account = \"111122224444\""),
    ("protected = true", "protected = false"),
    ("volume = \"20 GB/day\"", "volume = \"40 GB/day\""),
    ("schedule = \"daily at 03:15\"", "schedule = \"daily at 03:16\""),
    ("retention = \"3 years\"", "retention = \"4 years\""),
    ("alarms.emails = [\"prod@example.com\"]", "alarms.emails = []"),
    ("vpc = \"vpc-0a1b2c3d4e5f60718\"", "vpc = \"vpc-0a1b2c3d4e5f60719\""),
    ("subnets = [\"subnet-0a1b2c3d\"", "subnets = [\"subnet-0a1b2c30\""),
    ("node_type = \"ra3.xlplus\"", "node_type = \"ra3.4xlarge\""),
    ("nodes = 4", "nodes = 5"),
    ("principals.readers = [\"everybody\"]", "principals.readers = [\"nobody\"]"),
    ("principals.identity_region = \"eu-central-1\"", "principals.identity_region = \"eu-west-3\""),
    ("tags.stage = \"production\"", "tags.stage = \"prod\""),
    ("RetentionPeriodHours = 72", "RetentionPeriodHours = 73"),
    ("description = \"One row an order.\"", "description = \"An order.\""),
    ("role = \"fact\"\nkey = [\"order_id\"]", "role = \"fact\"\nkey = [\"order_id\", \"ordered_at\"]"),
    ("event_time = \"ordered_at\"\npartition", "event_time = \"booked_at\"\npartition"),
    ("partition = \"hour\"", "partition = \"day\""),
    ("table_format = \"iceberg\"", "table_format = \"parquet\""),
    ("freshness = \"seconds\"", "freshness = \"scheduled\""),
    ("late = \"2 days\"", "late = \"4 days\""),
    ("ahead = \"6 hours\"", "ahead = \"7 hours\""),
    ("max_rejected = 5", "max_rejected = 6"),
    ("volume = \"1 GB/day\"", "volume = \"10 MB/day\""),
    ("record_size = 400", "record_size = 20"),
    ("customer_id = \"bigint\"", "customer_id = \"bigint not null\""),
    ("rate = \"double\"", "rate = \"decimal(9,4)\""),
    ("type = \"string(254)\"", "type = \"string(253)\""),
    ("sensitive = \"hash\"", "sensitive = \"mask\""),
    ("description = \"Whom to write to.\"", "description = \"Whom.\""),
    ("is_large = \"amount > 100\"", "is_large = \"amount > 101\""),
    ("sql = \"amount\", description", "sql = \"amount * 2\", description"),
    ("description = \"Not what it says.\"", "description = \"Twice.\""),
    ("positive_amount = \"amount >= 0\"", "positive_amount = \"amount > 0\""),
    ("action = \"warn\"", "action = \"fail\""),
    ("threshold = 95", "threshold = 94"),
    (
        "customer = { to = \"customers\", on = { customer_id = \"id\" } }",
        "customer = { to = \"customers\", on = { other_id = \"id\" } }",
    ),
    ("format = \"csv\"\ndelimiter = \";\"", "format = \"json\""),
    ("delimiter = \";\"", "delimiter = \"|\""),
    ("key = [\"id\"]\ncatalogue = \"crawled\"", "key = [\"id\"]\ncatalogue = \"declared\""),
    ("schedule = \"on arrival\"", "schedule = \"hourly\""),
    ("source = \"files\"\nformat = \"parquet\"", "source = \"files\"\nformat = \"json\""),
    ("source = \"files\"\nformat = \"json\"\n", "source = \"stream\"\n"),
    ("description = \"Sales a day and country.\"", "description = \"Sales.\""),
    ("from = \"orders\"\nwhere", "from = \"returns\"\nwhere"),
    ("where = \"amount > 0\"", "where = \"amount > 1\""),
    (
        "group_by = { day = \"date_trunc('day', ordered_at)\"",
        "group_by = { day = \"date_trunc('month', ordered_at)\"",
    ),
    ("measure = { orders = \"count(*)\"", "measure = { orders = \"count(amount)\""),
    ("title = \"Sales\"", "title = \"Selling\""),
    ("description = \"How the shop goes.\"", "description = \"How it goes.\""),
    ("controls = [\"day\", ", "controls = ["),
    ("column = \"country\", title = \"Land\"", "column = \"orders\", title = \"Land\""),
    ("title = \"Land\"", "title = \"Country\""),
    ("kind = \"pie\"", "kind = \"donut\""),
    ("name = \"revenue\"", "name = \"turnover\""),
    ("title = \"Turnover\"", "title = \"Revenue\""),
    ("subtitle = \"Before returns\"", "subtitle = \"After returns\""),
    (
        "kind = \"pie\"\ndata = \"daily_sales\"\nx = \"country\"\ny = \"revenue\"",
        "kind = \"pie\"\ndata = \"orders\"\nx = \"shop_city\"\ny = \"amount\"",
    ),
    ("format = { revenue = \"number 0\" }", "format = { revenue = \"number 1\" }"),
    ("trend = \"day\"\n", ""),
    ("width = 12", "width = 13"),
    ("height = 6", "height = 7"),
    ("currency EUR 2", "currency USD 2"),
    ("x = \"day\"\ny = \"revenue\"", "x = \"country\"\ny = \"revenue\""),
    ("color = \"country\"\n", ""),
    ("stacked = true", "stacked = false"),
    ("orientation = \"horizontal\"", "orientation = \"vertical\""),
    ("bars = [\"orders\"]", "bars = [\"orders\", \"revenue\"]"),
    ("lines = [\"revenue\"]", "lines = [\"revenue\", \"orders\"]"),
    ("rows = [\"country\"]", "rows = [\"country\", \"day\"]"),
    ("columns = [\"day\"]", "columns = [\"day\", \"country\"]"),
    ("values = [\"revenue\"]", "values = [\"orders\"]"),
    ("rows = \"country\"", "rows = \"day\""),
    ("columns = \"day\"", "columns = \"country\""),
    ("value = \"orders\"\n\n", "value = \"revenue\"\n\n"),
    ("category = \"shop_city\"\n", ""),
    ("size = \"amount\"\n", ""),
    ("text = \"\"\"\nOrders come in", "text = \"\"\"\nOrders come"),
];

/// The same for the file that has every key, for keys that the base does not have.
const EVERY_CHANGE: &[(&str, &str)] = &[
    ("renamed_from = \"twice\"", "renamed_from = \"copied\""),
    ("renamed_from = \"telephone\"", "renamed_from = \"mobile\""),
    ("delete = \"country = 'XX'\"", "delete = \"country = 'YY'\""),
    ("snapshot = true\nmax_deleted = 20\n", ""),
    ("max_deleted = 20", "max_deleted = 21"),
    ("analysis = true", "analysis = false"),
    ("as = \"list\"", "as = \"dropdown\""),
    ("as = \"range\", last = \"30 days\"", "as = \"range\", last = \"31 days\""),
    ("column = \"revenue\", range = [0, 500]", "column = \"revenue\", range = [0, 600]"),
    ("title = \"At least\"", "title = \"No less than\""),
    ("default = 10,", "default = 11,"),
    ("range = [0, 100]", "range = [0, 200]"),
    ("step = 5", "step = 10"),
    ("share = { type = \"decimal\", default = 0.5 }", "share = { type = \"integer\", default = 1 }"),
    ("many = true, choices", "default = \"Portugal\", choices"),
    ("choices = [\"small\", \"large\"]", "choices = [\"small\", \"big\"]"),
    (
        "choices = { data = \"daily_sales\", column = \"country\" }",
        "choices = { data = \"orders\", column = \"shop_city\" }",
    ),
    ("sum({revenue}) / sum({orders})", "sum({revenue}) / max({orders})"),
    ("in = [\"large\", \"small\"]", "in = [\"large\"]"),
    ("not_in = [\"Nowhere\"]", "not_in = [\"Elsewhere\"]"),
    ("column = \"shop_city\"\nnot_in", "column = \"customer_country\"\nnot_in"),
    ("at_least = \"${since}\"", "at_least = \"${until}\""),
    ("at_most = 2031-01-01", "at_most = 2032-01-01"),
    ("last = \"2 weeks\"", "last = \"3 weeks\""),
    ("top = 5", "top = 6"),
    ("by = \"amount\"", "by = \"rate\""),
    ("visuals = [\"by_country\"]\n", ""),
    ("name = \"rows\"", "name = \"lines\""),
    ("title = \"Countries\"", "title = \"Lands\""),
    ("target = \"orders\"\nrange = [0, 1_000.5]\n", "range = [0, 1_000.5]\n"),
    ("range = [0, 1_000.5]", "range = [0, 1_000.25]"),
    ("below = 10", "below = 11"),
    ("at_least = 100, color = \"#1F6FB2\"", "at_least = 101, color = \"#1F6FB2\""),
    ("at_least = 100, color = \"#1F6FB2\"", "at_least = 100, color = \"#1F6FB3\""),
    ("is = \"Lisboa\"", "is = \"Porto\""),
    ("on = \"background\"", "on = \"text\""),
    ("shade = \"orders\"\n", ""),
    ("from = \"customer_country\"\nto = \"shop_city\"", "from = \"shop_city\"\nto = \"customer_country\""),
    ("weight = \"amount\"", "weight = \"rate\""),
    ("bins = 20", "bins = 21"),
    ("at = [0, 2]", "at = [1, 2]"),
    ("drill = [\"group\", \"day\"]", "drill = [\"group\"]"),
    ("area = true", "area = false"),
    ("forecast = 3", "forecast = 4"),
    (
        "mode = \"spice\"\nrefresh = [\n  { every = \"day\", at = \"02:30\" },\n  { every = \"hour\", column = \"day\", last = \"4 days\" },\n]\n",
        "mode = \"direct\"\n",
    ),
    ("every = \"hour\"", "every = \"30 minutes\""),
    ("at = \"02:30\"", "at = \"02:45\""),
    ("column = \"day\", last = \"4 days\"", "column = \"day\", last = \"5 days\""),
    ("rows = \"access\"\n", ""),
    ("dark = true", "dark = false"),
    ("accent = \"#3181c5\"", "accent = \"#3181c6\""),
    ("palette = [\"#0072B2\", \"#D55E00\"]", "palette = [\"#0072B2\"]"),
    ("font = \"Roboto\"", "font = \"Arial\""),
    ("rules = [\"guard\"]", "rules = [\"rules\"]"),
    ("errors = [\"stream_keeps_a_day\"]", "errors = []"),
    ("rule = \"bucket_access_logging\"", "rule = \"bucket_versioning\""),
    ("resource = \"RawBucket\"", "resource = \"CuratedBucket\""),
    ("stack = \"storage\"\n", ""),
    ("reason = \"Another account logs the requests.\"", "reason = \"They are logged elsewhere.\""),
    ("until = 2099-12-31", "until = 2099-12-30"),
];

/// Keys whose value is a name or a table, and whose contents are changed.
const TABLES: &[&str] = &[
    "platform",
    "alarms",
    "network",
    "warehouse",
    "principals",
    "tags",
    "policy",
    "suppress",
    "environment",
    "dataset",
    "aggregate",
    "dashboard",
    "sheet",
    "parameter",
    "calculate",
    "filter",
    "highlight",
    "data_set",
    "refresh",
    "theme",
    "override",
    "column",
    "derive",
    "expect",
    "join",
    "visual",
];

fn same(one: &[Draft], other: &[Draft]) -> bool {
    format!("{one:?}") == format!("{other:?}")
}

/// The changes of a file that have no effect, and those that do not apply.
fn without_effect(base: &str, changes: &[(&str, &str)]) -> Vec<String> {
    let before = drafts(base).unwrap_or_else(|faults| panic!("{faults}"));
    let mut wrong = Vec::new();
    for (from, to) in changes {
        if base.matches(from).count() != 1 {
            wrong.push(format!("{from:?} occurs {} times", base.matches(from).count()));
            continue;
        }
        match drafts(&base.replacen(from, to, 1)) {
            Ok(after) if same(&before, &after) => wrong.push(format!("{from:?} or {to:?}: no matter")),
            Ok(_) => {}
            Err(faults) => wrong.push(format!("{from:?} to {to:?} is refused:\n{faults}")),
        }
    }
    wrong
}

#[test]
fn another_value_of_a_key_gives_another_assembly() {
    let mut wrong = without_effect(BASE, CHANGES);
    wrong.extend(without_effect(EVERY, EVERY_CHANGE));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_key_of_the_grammar_is_changed() {
    let changed: BTreeSet<&str> = CHANGES
        .iter()
        .chain(EVERY_CHANGE)
        .flat_map(|(from, to)| [from, to])
        .flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
        .collect();
    for section in GRAMMAR.iter().copied().chain(spec::visuals()) {
        for key in section.keys.iter().map(|key| key.name) {
            assert!(
                TABLES.contains(&key) || changed.contains(key),
                "`{key}` of {} is not changed",
                section.name
            );
        }
    }
}
