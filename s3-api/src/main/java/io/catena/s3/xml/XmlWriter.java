package io.catena.s3.xml;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/// Writes one S3 answer. By hand, because names are ours and only text needs care: what XML 1.0
/// cannot carry (control characters, lone surrogates) becomes U+FFFD, so that one odd key never
/// makes a whole listing unreadable; clients that must have such keys ask for encoding-type=url.
public final class XmlWriter {
    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
    private final StringBuilder out = new StringBuilder(512);

    private XmlWriter() {
        out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }

    /// A document whose root is in S3's namespace; the root is closed with [#close].
    public static XmlWriter document(String root) {
        XmlWriter writer = new XmlWriter();
        writer.out.append('<').append(root).append(" xmlns=\"").append(NAMESPACE).append("\">");
        return writer;
    }

    /// A document without a namespace, as S3's errors are.
    public static XmlWriter plain(String root) {
        return new XmlWriter().open(root);
    }

    public XmlWriter open(String name) {
        out.append('<').append(name).append('>');
        return this;
    }

    public XmlWriter close(String name) {
        out.append("</").append(name).append('>');
        return this;
    }

    /// `<name>text</name>`, escaped.
    public XmlWriter element(String name, String text) {
        open(name);
        text(text);
        return close(name);
    }

    public XmlWriter element(String name, long number) {
        open(name);
        out.append(number);
        return close(name);
    }

    public XmlWriter element(String name, boolean flag) {
        open(name);
        out.append(flag);
        return close(name);
    }

    /// Markup of ours, never of a client's.
    public XmlWriter raw(String markup) {
        out.append(markup);
        return this;
    }

    public Buffer toBuffer() {
        return Buffer.buffer(out.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// Escaped text in the open element.
    public XmlWriter text(String text) {
        int at = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            append(point);
        }
        return this;
    }

    private void append(int point) {
        switch (point) {
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '&' -> out.append("&amp;");
            case '"' -> out.append("&quot;");
            case '\t', '\n', '\r' -> out.append("&#").append(point).append(';');
            default -> out.appendCodePoint(allowed(point) ? point : 0xFFFD);
        }
    }

    /// Char of XML 1.0, section 2.2.
    private static boolean allowed(int point) {
        return point >= 0x20 && point <= 0xD7FF
                || point >= 0xE000 && point <= 0xFFFD
                || point >= 0x10000;
    }
}
