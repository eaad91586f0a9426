package io.catena.server;

import io.catena.server.cli.ExitCode;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How this process ends when it must not go on.
final class ProcessEnd {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);
    private static final int END_SECONDS_MAX = 2;

    private final CountDownLatch never = new CountDownLatch(1);

    /// At once: what it would do next cannot be trusted.
    void now(String why, Throwable cause) {
        LOG.error("{}: this process ends", why, cause);
        Runtime.getRuntime().halt(ExitCode.FAILURE.number());
    }

    /// Within a moment, even if everything that writes hangs, the log too.
    void soon() {
        Thread.ofPlatform().daemon().name("end").start(() -> {
            try {
                never.await(END_SECONDS_MAX, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(ExitCode.FAILURE.number());
        });
    }
}
