package io.catena.protocol.cluster;

/// A setting that all servers of a cluster have in common, by its name in settings files.
public record SharedSetting(String key, String value) {}
