package io.catena.s3.bucket;

import io.catena.s3.xml.XmlWriter;

/// The one ACL there is: the owner may do everything, nobody else anything.
public final class AccessControl {
    private static final String GRANTEE = "<Grantee xmlns:xsi=\"http://www.w3.org/2001/"
            + "XMLSchema-instance\" xsi:type=\"CanonicalUser\">";

    private AccessControl() {}

    public static XmlWriter document(Owner owner) {
        XmlWriter out = owner.write(XmlWriter.document("AccessControlPolicy"), "Owner")
                .open("AccessControlList").open("Grant")
                .raw(GRANTEE);
        return owner.writeFields(out)
                .close("Grantee")
                .element("Permission", "FULL_CONTROL")
                .close("Grant").close("AccessControlList")
                .close("AccessControlPolicy");
    }
}
