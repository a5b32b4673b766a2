"""AWS's cache reads the secrets, and AWS's encryption SDK uses the platform's key."""

from __future__ import annotations

import json

import aws_encryption_sdk
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_secretsmanager_caching import SecretCache

from deployed import ACCOUNT, SHOP, equal

SHOP.use()
outputs = SHOP.outputs()
key = outputs["KeyArn"]
secrets = SHOP.client("secretsmanager")
cache = SecretCache(client=secrets)
user = json.loads(cache.get_secret_string(outputs["WarehouseReaderUser"]))
equal(user["username"], f"{SHOP.name}_dev_dashboards", "the user of the dashboards")
assert len(user["password"]) >= 32, "the password of the dashboards' user is short"
text = cache.get_secret_string(outputs["HashKeyArn"])
assert len(text) >= 32 and text != user["password"]
# The cache returns the value until it expires, without a call.
secrets.meta.events.register("before-call.secrets-manager", lambda **_: 1 / 0)
equal(cache.get_secret_string(outputs["HashKeyArn"]), text, "the cached secret")
for arn in (outputs["HashKeyArn"], outputs["WarehouseReaderUser"]):
    equal(SHOP.client("secretsmanager").describe_secret(SecretId=arn)["KmsKeyId"], key, "the key of a secret")

client = aws_encryption_sdk.EncryptionSDKClient()
provider = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[key])
sealed, _ = client.encrypt(source=b"a row", key_provider=provider, encryption_context={"dataset": "event"})
assert b"a row" not in sealed
opened, header = client.decrypt(source=sealed, key_provider=provider)
equal((opened, header.encryption_context["dataset"]), (b"a row", "event"), "the decrypted data")
other = SHOP.client("kms").create_key()["KeyMetadata"]["Arn"]
wrong = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[other])
try:
    client.decrypt(source=sealed, key_provider=wrong)
except AWSEncryptionSDKClientError:
    pass
else:
    raise AssertionError("another key decrypts")
aliases = {one["AliasName"]: one["AliasArn"] for one in SHOP.client("kms").list_aliases()["Aliases"]}
expected = f"arn:aws:kms:{SHOP.region}:{ACCOUNT}:alias/{SHOP.prefix}"
equal(aliases[f"alias/{SHOP.prefix}"], expected, "the alias of the key")
