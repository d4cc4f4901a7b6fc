"""Writes XMP packets."""

from __future__ import annotations

URIS = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "stRef": "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
    "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
    "GPano": "http://ns.google.com/photos/1.0/panorama/",
    "GDepth": "http://ns.google.com/photos/1.0/depthmap/",
    "drone-dji": "http://www.dji.com/drone-dji/1.0/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "my": "http://example.org/my/",
}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
TAIL = "\n" + (" " * 99 + "\n") * 20 + '<?xpacket end="w"?>'


def xml(content: str = "", attributes: str = "", **uris: str) -> str:
    """Write the XML of a packet: one description of these attributes and elements.

    Prefixes of `URIS` are bound where they are used, and those given by name, ``_`` for ``-``.
    """
    used = {p: u for p, u in URIS.items() if f"{p}:" in content + attributes}
    used |= {prefix.replace("_", "-"): uri for prefix, uri in uris.items()}
    bound = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in used.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Tests">\n'
        f' <rdf:RDF xmlns:rdf="{RDF}">\n'
        f'  <rdf:Description rdf:about=""{bound} {attributes}>\n{content}\n  </rdf:Description>\n'
        " </rdf:RDF>\n</x:xmpmeta>"
    )


def packet(content: str = "", attributes: str = "", **uris: str) -> bytes:
    """Write a packet with its wrapper and padding."""
    return (HEAD + xml(content, attributes, **uris) + TAIL).encode()


def listed(kind: str, *items: str) -> str:
    """Write a list."""
    return f"<rdf:{kind}>" + "".join(f"<rdf:li>{i}</rdf:li>" for i in items) + f"</rdf:{kind}>"


LIGHTROOM = packet(
    f"""
   <xmpMM:History><rdf:Seq>
     <rdf:li stEvt:action="saved" stEvt:when="2019-05-12T13:53:01+01:00" stEvt:changed="/"/>
     <rdf:li stEvt:action="derived" stEvt:parameters="converted"/>
   </rdf:Seq></xmpMM:History>
   <xmpMM:DerivedFrom stRef:documentID="xmp.did:1" stRef:originalDocumentID="F2"/>
   <dc:subject>{listed("Bag", "Lisbon", "tram", "R&amp;D")}</dc:subject>
   <dc:creator>{listed("Seq", "João Pereira")}</dc:creator>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">A "tram"</rdf:li></rdf:Alt></dc:title>
   <crs:ToneCurve>{listed("Seq", "0, 0", "255, 255")}</crs:ToneCurve>
""",
    """
   xmp:ModifyDate="2019-05-12T13:53:01+01:00"
   xmp:Rating="3"
   crs:HasCrop="False"
   crs:Exposure2012="+0.50"
""",
)
"""What such programs write."""
