"""Tables of tracking."""

from tracking.models.dates import NamedDate, RangeCalibration, ScanGap, TransitDays
from tracking.models.events import TrackingEvent, UnknownWord
from tracking.models.parcels import ParcelCase, Shipment, ShipmentLine
from tracking.models.promises import ShippingPromise
from tracking.models.rules import TroubleRules
from tracking.models.simulation import SimulatedParcel
from tracking.models.sources import CarrierAccount, CarrierDelivery

__all__ = [
    "CarrierAccount",
    "CarrierDelivery",
    "NamedDate",
    "ParcelCase",
    "RangeCalibration",
    "ScanGap",
    "Shipment",
    "ShipmentLine",
    "ShippingPromise",
    "SimulatedParcel",
    "TrackingEvent",
    "TransitDays",
    "TroubleRules",
    "UnknownWord",
]
