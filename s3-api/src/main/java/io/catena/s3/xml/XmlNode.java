package io.catena.s3.xml;

import java.util.List;
import java.util.Optional;

/// An element of a request: local name, text directly inside, elements directly inside.
public record XmlNode(String name, String text, List<XmlNode> children) {
    public XmlNode {
        children = List.copyOf(children);
    }

    public List<XmlNode> children(String wanted) {
        return children.stream().filter(child -> child.name.equals(wanted)).toList();
    }

    /// The first element of this name.
    public Optional<XmlNode> child(String wanted) {
        return children.stream().filter(child -> child.name.equals(wanted)).findFirst();
    }

    public Optional<String> textOf(String wanted) {
        return child(wanted).map(XmlNode::text);
    }
}
