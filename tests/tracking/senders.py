"""Partners that post news of parcels, each signing as it does, in its own documented words."""

import base64
import hashlib
import hmac
import json
import time
import unicodedata

NUMBER = "JJD000390007555400001"


def _mac(secret, body):
    return hmac.new(secret.encode(), body, hashlib.sha256)


def signed(source, secret, body, *, at=None, event_id="msg_1"):
    """Give the headers by which a source proves that a body is its."""
    at = str(int(at or time.time()))
    match source:
        case "aftership":
            mac = base64.b64encode(_mac(secret, body).digest()).decode()
            return {"Aftership-Hmac-Sha256": mac}
        case "easypost":
            mac = _mac(unicodedata.normalize("NFKD", secret), body).hexdigest()
            return {"X-Hmac-Signature": f"hmac-sha256-hex={mac}"}
        case "shippo":
            mac = _mac(secret, f"{at}.".encode() + body).hexdigest()
            return {"Shippo-Auth-Signature": f"t={at},v1={mac}"}
        case "17track":
            return {"Sign": hashlib.sha256(body + b"/" + secret.encode()).hexdigest()}
        case "sendcloud":
            return {"Sendcloud-Signature": _mac(secret, body).hexdigest()}
        case "clickpost":
            return {"Webhook_Key": secret}
        case "karrio":
            return {"X-Event-Id": secret}
        case "generic":
            key = base64.b64decode(secret.removeprefix("whsec_"))
            mac = hmac.new(key, f"{event_id}.{at}.".encode() + body, hashlib.sha256).digest()
            return {
                "Webhook-Id": event_id,
                "Webhook-Timestamp": at,
                "Webhook-Signature": f"v1,{base64.b64encode(mac).decode()}",
            }
    raise AssertionError(source)


def document(source, number=NUMBER, *, at="2026-11-20T10:00:00Z"):
    """Give a document that says: on its way, at that moment."""
    match source:
        case "aftership":
            scan = {"checkpoint_time": at, "tag": "InTransit", "subtag": "InTransit_003",
                    "message": "Arrived"}  # fmt: skip
            msg = {"tracking_number": number, "slug": "dhl", "tag": "InTransit",
                   "subtag": "InTransit_003", "checkpoints": [scan]}  # fmt: skip
            return {"event": "tracking_update", "event_id": f"ev-{number}-{at}", "msg": msg}
        case "easypost":
            scan = {"datetime": at, "status": "in_transit", "message": "Arrived"}
            result = {"tracking_code": number, "status": "in_transit", "carrier": "DHL",
                      "tracking_details": [scan]}  # fmt: skip
            return {"id": f"evt_{number}{at}", "description": "tracker.updated", "result": result}
        case "shippo":
            status = {"status": "TRANSIT", "status_date": at, "status_details": "Arrived"}
            data = {"tracking_number": number, "carrier": "dhl", "tracking_status": status,
                    "tracking_history": [status]}  # fmt: skip
            return {"event": "track_updated", "data": data}
        case "17track":
            scan = {"time_iso": at, "stage": "InTransit", "sub_status": "InTransit_Other",
                    "description": "Arrived"}  # fmt: skip
            info = {"latest_status": {"status": "InTransit"}, "latest_event": scan,
                    "tracking": {"providers": [{"provider": {"name": "DHL"}, "events": [scan]}]}}  # fmt: skip
            return {"event": "TRACKING_UPDATED", "data": {"number": number, "track_info": info}}
        case "sendcloud":
            parcel = {"id": 1, "tracking_number": number,
                      "status": {"id": 3, "message": "En route to sorting center"}}  # fmt: skip
            stamp = 1_795_000_000_000
            return {"action": "parcel_status_changed", "timestamp": stamp,
                    "carrier_status_change_timestamp": stamp, "parcel": parcel}  # fmt: skip
        case "clickpost":
            return {"waybill": number, "cp_id": 1, "clickpost_status_code": 5, "timestamp": at,
                    "remark": "Arrived", "location": "Leipzig", "additional": {}}  # fmt: skip
        case "karrio":
            date, clock = at[:10], at[11:16]
            scan = {"date": date, "time": clock, "code": "transit", "description": "Arrived"}
            data = {"tracking_number": number, "carrier_name": "dhl_parcel_de",
                    "status": "in_transit", "events": [scan]}  # fmt: skip
            return {"event": "tracker_updated", "data": data}
        case "generic":
            event = {"at": at, "milestone": "in_transit", "text": "Arrived", "place": "Leipzig"}
            return {"number": number, "carrier": "dhl", "events": [event]}
    raise AssertionError(source)


SECRETS = {"generic": "whsec_c2VjcmV0IG9mIGEgcHJvZ3JhbSBvZiBvdXJz"}


def post(client, account, sent, *, secret=None, headers=None, **how):
    """Post a document, or bytes, as the account's source would, and give the answer."""
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    if headers is None:
        headers = signed(account.source, secret or account.secret, body, **how)
    # What a client writes with an underscore reaches Django with one in the environment, too.
    extra = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return client.post(
        f"/hooks/carriers/{account.source}/{account.public_id}/",
        data=body,
        content_type="application/json",
        **extra,
    )
