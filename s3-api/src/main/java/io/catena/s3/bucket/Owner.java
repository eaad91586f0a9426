package io.catena.s3.bucket;

import io.catena.s3.xml.XmlWriter;

/// Writes who owns something. Owners are access keys, so id and name are the key's id.
public final class Owner {
    private Owner() {}

    public static XmlWriter write(XmlWriter out, String element, String keyId) {
        return out.open(element).element("ID", keyId).element("DisplayName", keyId).close(element);
    }
}
