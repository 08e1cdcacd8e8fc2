"""Recorded XML of retired interfaces, written as today's JSON.

FedEx's SOAP service and USPS's Web Tools are gone, but the event codes are those of the interfaces
after them: their real histories try our tables of words.
"""

from datetime import datetime
from xml.etree.ElementTree import Element

from tracking.carriers.base import Unreadable


def fedex(root: Element):
    """Write a TrackReply of version 7 as the Track API does."""
    details = [each for each in root.iter("TrackDetails") if each.findtext("TrackingNumber")]
    wholes = [
        {
            "trackingNumber": each.findtext("TrackingNumber"),
            "trackResults": [_fedex_result(each)],
        }
        for each in details
    ]
    said = [each for each in root.iter("Notifications") if each.findtext("Severity") != "SUCCESS"]
    said += [each for each in root.iter("Notification") if each.findtext("Severity") != "SUCCESS"]
    errors = [{"code": _(each, "Code"), "message": _(each, "Message")} for each in said]
    return {"output": {"completeTrackResults": wholes}, "errors": errors}


def _fedex_result(each):
    status = _(each, "StatusDetail/Code")
    events = [
        {
            "date": _(event, "Timestamp"),
            "eventType": _(event, "EventType"),
            "eventDescription": _(event, "EventDescription"),
            "exceptionCode": _(event, "StatusExceptionCode"),
            "exceptionDescription": _(event, "StatusExceptionDescription"),
        }
        for event in each.iter("Events")
    ]
    if not status and not events:
        message = _(each, "Notification/Message")
        return {"error": {"code": _(each, "Notification/Code"), "message": message}}
    return {"latestStatusDetail": {"code": status}, "scanEvents": events}


def usps(root: Element):
    """Write a TrackResponse as the Tracking API does."""
    info = root.find("TrackInfo")
    if info is None or info.find("Error") is not None:
        return {"error": {"code": "", "message": root.findtext(".//Description")}}
    rows = [*info.iter("TrackSummary"), *info.iter("TrackDetail")]
    return {
        "trackingNumber": info.get("ID"),
        "statusCategory": _(info, "StatusCategory"),
        "trackingEvents": [
            {
                "eventCode": _(row, "EventCode"),
                "eventType": _(row, "Event"),
                "eventTimestamp": datetime.strptime(
                    f"{_(row, 'EventDate')} {_(row, 'EventTime')}", "%B %d, %Y %I:%M %p"
                ).isoformat(),
            }
            for row in rows
        ],
    }


def _(element, path):
    return element.findtext(path) or ""


def today(source, root):
    """Write a retired document anew; others stay as they are."""
    if source == "fedex" and root.tag != "TrackReply":
        raise Unreadable("This is no TrackReply.")
    return {"fedex": fedex, "usps": usps}[source](root)
