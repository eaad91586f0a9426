package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import java.util.List;

/// A page of multipart uploads, by key and then by upload id.
public record UploadListing(List<Upload> uploads, List<Bytes> commonPrefixes, boolean truncated) {
    public UploadListing {
        uploads = List.copyOf(uploads);
        commonPrefixes = List.copyOf(commonPrefixes);
    }
}
