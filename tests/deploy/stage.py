"""Carry the files of a job between an endpoint's S3 and a folder, where a Spark without S3 reads and writes them.

`stage.py down|up ENDPOINT ACCOUNT REGION JOB FOLDER`. Down: the job's deployed script, its raw files and its hash key. Up:
what the job wrote, with the paths in its manifests as they would be on S3. The arguments of the job say what is where.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

PLACES = ("raw", "curated", "quarantine")


def parts(url: str) -> tuple[str, str]:
    bucket, _, key = url.removeprefix("s3://").partition("/")
    return bucket, key


def down(s3: Any, secrets: Any, job: dict[str, Any], folder: Path) -> None:
    bucket, key = parts(job["Command"]["ScriptLocation"])
    s3.download_file(bucket, key, str(folder / "job.py"))
    arguments = job["DefaultArguments"]
    secret = secrets.get_secret_value(SecretId=arguments["--hash_secret"])["SecretString"]
    (folder / "hash-key").write_text(secret)
    bucket, prefix = parts(arguments["--raw_path"])
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for one in page.get("Contents", []):
            target = folder / "raw" / one["Key"].removeprefix(prefix)
            target.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket, one["Key"], str(target))


def up(s3: Any, job: dict[str, Any], folder: Path) -> None:
    for place in ("curated", "quarantine"):
        url = job["DefaultArguments"][f"--{place}_path"].rstrip("/")
        bucket, prefix = parts(url)
        here = folder / place
        for path in sorted(here.rglob("*")):
            if not path.is_file() or path.name.endswith(".crc"):
                continue
            data = path.read_bytes()
            if path.parent.name == "manifests":
                manifest = json.loads(data)
                for entry in manifest["entries"]:
                    local = entry["url"].removeprefix("file:").removeprefix("//")
                    entry["url"] = f"{url}/{Path(local).relative_to(here)}"
                data = json.dumps(manifest).encode()
            s3.put_object(Bucket=bucket, Key=f"{prefix}/{path.relative_to(here)}", Body=data)


def main() -> None:
    way, endpoint, account, region, name, folder = sys.argv[1:]

    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="x",
            config=Config(s3={"addressing_style": "path"}),
        )

    job = client("glue").get_job(JobName=name)["Job"]
    if way == "down":
        down(client("s3"), client("secretsmanager"), job, Path(folder))
    else:
        up(client("s3"), job, Path(folder))


if __name__ == "__main__":
    main()
