"""kombu, the client of Celery, sends to the platform's queue and reads from it."""

from __future__ import annotations

from typing import Any

from kombu import Connection

from deployed import ACCOUNT, SHOP, equal

SHOP.use()
sqs = SHOP.client("sqs")
(url,) = sqs.list_queues(QueueNamePrefix=SHOP.prefix)["QueueUrls"]
attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
queue = attributes["QueueArn"].rpartition(":")[2]
options = {
    "region": SHOP.region,
    "predefined_queues": {"lost": {"url": url, "access_key_id": ACCOUNT, "secret_access_key": "x"}},
}
messages: list[Any] = []
with Connection(f"sqs://{ACCOUNT}:x@", transport_options=options) as connection:
    lost = connection.SimpleQueue("lost")
    lost.put({"detail": {"object": {"key": "event/straße.json"}}})
    message = lost.get(timeout=20)
    messages.append(message.payload)
    message.ack()
    lost.close()
equal(messages, [{"detail": {"object": {"key": "event/straße.json"}}}], f"the messages of {queue}")
left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
equal(left["ApproximateNumberOfMessages"], "0", "messages that are left")
