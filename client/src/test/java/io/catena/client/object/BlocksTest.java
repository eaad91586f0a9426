package io.catena.client.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlocksTest {
    private static final BlockOwner OWNER = new BlockOwner(Bytes.utf8("owner"), 1, 0);

    private final StorageFixture test = new StorageFixture();
    private final Blocks blocks =
            new Blocks(test.vertx, test.chains, StorageFixture.SETTINGS);

    @AfterEach
    void close() {
        test.close();
    }

    private Location.Block place(long agoMillis) {
        Buffer bytes = Buffer.buffer(StorageFixture.bytes(StorageFixture.BLOCK));
        return test.await(() -> blocks.place(
                bytes, OWNER, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(agoMillis)));
    }

    /// The sweep takes blocks without an owner for left over when they are older than any upload.
    @Test
    void shouldTakeNoBlockOfAnUploadThatTookTooLong() {
        long limitMillis = StorageFixture.SETTINGS.uploadMillisMax();
        assertThat(StorageFixture.kindOf(() -> place(limitMillis + 60_000)))
                .isEqualTo(StorageException.Kind.TOO_SLOW);
        assertThat(test.chains.count('b')).isZero();
        place(limitMillis - 60_000);
        assertThat(test.chains.count('b')).isOne();
    }
}
