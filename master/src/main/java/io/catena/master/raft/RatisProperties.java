package io.catena.master.raft;

import java.io.File;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/// Ratis' properties from our settings, with the reason for each that is not its default.
final class RatisProperties {
    /// Requests between voters stay well below the frame limit.
    private static final SizeInBytes REQUEST_BYTES_MAX = SizeInBytes.valueOf("1MB");

    private RatisProperties() {}

    static RaftProperties of(RaftSettings settings) {
        RaftProperties properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, new FrameRpcType());
        elections(properties, settings);
        log(properties, settings);
        snapshots(properties, settings);
        File directory = settings.directory().toFile();
        RaftServerConfigKeys.setStorageDir(properties, List.of(directory));
        RaftServerConfigKeys.setRemovedGroupsDir(properties, new File(directory, "removed"));
        // A process that was stopped for a minute goes on; Ratis would shut down for good.
        RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(1, TimeUnit.DAYS));
        return properties;
    }

    private static void elections(RaftProperties properties, RaftSettings settings) {
        boolean alone = settings.voters().size() == 1;
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(settings.electionMillisMin()));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(settings.electionMillisMax()));
        // At start nobody leads yet: there is nothing to wait for, least of all when alone.
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(alone ? 10 : 100));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(alone ? 20 : 300));
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, millis(settings.requestMillis()));
        RaftServerConfigKeys.Rpc.setSleepTime(properties, millis(100));
    }

    private static void log(RaftProperties properties, RaftSettings settings) {
        RaftServerConfigKeys.Log.setSegmentSizeMax(
                properties, SizeInBytes.valueOf(settings.segmentBytesMax()));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties,
                SizeInBytes.valueOf(Math.min(256 << 10, settings.segmentBytesMax())));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf("2MB"));
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, REQUEST_BYTES_MAX);
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(properties, REQUEST_BYTES_MAX);
    }

    private static void snapshots(RaftProperties properties, RaftSettings settings) {
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(
                properties, settings.snapshotEntries());
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, 2);
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgeGap(properties, settings.snapshotEntries() / 2);
    }

    private static TimeDuration millis(int millis) {
        return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    }
}
