package io.catena.s3.xml;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import io.catena.s3.error.S3Error;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.codehaus.stax2.XMLInputFactory2;

/// Reads the XML of a request. Document types and entities are refused outright (bombs, files of
/// the server); depth, number and length of everything is bounded. Namespaces are not looked at:
/// clients leave them out.
public final class XmlReader {
    private static final int DEPTH_MAX = 8;
    private static final int ELEMENTS_MAX = 100_000;
    private static final int ATTRIBUTES_MAX = 16;

    private final XMLInputFactory factory = new WstxInputFactory();

    public XmlReader() {
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        // Lazily, broken text shows only when it is asked for, as another kind of exception.
        factory.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, DEPTH_MAX);
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_COUNT, (long) ELEMENTS_MAX);
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, ATTRIBUTES_MAX);
        factory.setProperty(WstxInputProperties.P_MAX_ENTITY_COUNT, 1L);
    }

    /// The root element.
    ///
    /// @throws io.catena.s3.error.S3Exception MALFORMED_XML
    public XmlNode read(byte[] document) {
        try {
            XMLStreamReader in = factory.createXMLStreamReader(new ByteArrayInputStream(document));
            XmlNode root = root(in);
            in.close();
            return root;
        } catch (XMLStreamException _) {
            throw S3Error.MALFORMED_XML.exception();
        }
    }

    private XmlNode root(XMLStreamReader in) throws XMLStreamException {
        XmlNode root = null;
        while (in.hasNext()) {
            switch (in.next()) {
                case XMLStreamConstants.START_ELEMENT -> root = element(in);
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                        throw S3Error.MALFORMED_XML.exception();
                default -> { }
            }
        }
        if (root == null) {
            throw S3Error.MALFORMED_XML.exception();
        }
        return root;
    }

    /// Recursive: the depth is bounded by the parser.
    private XmlNode element(XMLStreamReader in) throws XMLStreamException {
        String name = in.getLocalName();
        StringBuilder text = new StringBuilder();
        List<XmlNode> children = new ArrayList<>();
        while (true) {
            switch (in.next()) {
                case XMLStreamConstants.START_ELEMENT -> children.add(element(in));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA,
                        XMLStreamConstants.SPACE -> text.append(in.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    return new XmlNode(name, text.toString(), children);
                }
                case XMLStreamConstants.COMMENT, XMLStreamConstants.PROCESSING_INSTRUCTION -> { }
                default -> throw S3Error.MALFORMED_XML.exception();
            }
        }
    }
}
