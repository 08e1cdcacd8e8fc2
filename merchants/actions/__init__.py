"""What people do with merchants and their settings."""

from merchants.actions.looks import Viewer, note_look
from merchants.actions.settings import Edit, note_change, save_settings
from merchants.actions.shops import MerchantExists, NewMerchant, create_merchant

__all__ = [
    "Edit",
    "MerchantExists",
    "NewMerchant",
    "Viewer",
    "create_merchant",
    "note_change",
    "note_look",
    "save_settings",
]
