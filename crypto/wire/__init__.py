"""The wire catalogue: every command, reply, event and content, declared once.

A message is a frozen dataclass in the file of its room; `codec` turns it into canonical bytes and
back; `catalogue` lists them all; `mirror` writes the JavaScript and Markdown copies. What lies
*inside* an envelope is in `content`, which the server never decodes.
"""
