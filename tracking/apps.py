from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """Where parcels are and when they come."""

    name = "tracking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow what shops state, and let shoppers read what happens to their parcels."""
        from orders import parcels, timeline
        from tracking.actions.parcels import follow
        from tracking.actions.shop_scans import see
        from tracking.statuses import PUBLIC_PARCEL_EVENTS

        parcels.register(follow)
        parcels.register_witness(see)
        timeline.make_public(PUBLIC_PARCEL_EVENTS)
