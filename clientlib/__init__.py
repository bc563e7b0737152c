"""The Python client: both roles over the same wire as the browser, with the same agreement.

`relay.RelayClient` is one connection; `seeker.Seeker` and `staff.Staff` play the roles; `box.Box`
is one conversation; `org` holds the organisation's ceremonies. It imports `crypto` and nothing of
the server.
"""
