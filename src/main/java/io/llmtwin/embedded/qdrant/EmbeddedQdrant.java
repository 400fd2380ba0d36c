package io.llmtwin.embedded.qdrant;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.qdrant.client.grpc.SnapshotsGrpc.SnapshotsImplBase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A vector store in this process that Qdrant's clients take for a server, on 127.0.0.1 only: collections with an
 * unnamed dense vector, named dense vectors of up to 65,536 dimensions (Cosine, Dot or Euclid), sparse vectors with or
 * without IDF, and any payload; search, query with prefetch and fusion, scroll, count, facets, filters on any payload
 * key. What it answers, codes and words of errors included, is what Qdrant 1.18 answers, but for vectors with a component
 * that isn't finite, which are refused. What only a server does (multiple vectors, recommendation, snapshots, aliases,
 * shards, ...) is answered UNIMPLEMENTED, saying so.
 *
 * <p>A write is acknowledged once it would survive the death of the process; it survives a power cut once it is
 * committed, which takes some 5 seconds. Below about 10 MB of vectors, and wherever a request says {@code exact},
 * every vector that passes the filter is compared. A message may have 64 MiB. Thread-safe.
 *
 * @see <a href="https://api.qdrant.tech/">Qdrant's API</a>
 */
public final class EmbeddedQdrant implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedQdrant.class);
    private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int MAINTENANCE_SECONDS = 5;
    private static final int GRACE_SECONDS = 10;

    private final FileChannel lockFile;
    private final Catalogue catalogue;
    private final ExecutorService calls;
    private final ScheduledExecutorService maintenance;
    private final ScheduledFuture<?> maintaining;
    private final Server server;

    private EmbeddedQdrant(FileChannel lockFile, Catalogue catalogue, int port) throws IOException {
        this.lockFile = lockFile;
        this.catalogue = catalogue;
        this.calls = Executors.newFixedThreadPool(
                Math.max(4, 2 * Runtime.getRuntime().availableProcessors()), threads("embedded-qdrant"));
        this.maintenance = Executors.newSingleThreadScheduledExecutor(threads("embedded-qdrant-maintenance"));
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port))
                .executor(calls)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .intercept(new ServerOnlyCalls())
                .addService(new HealthService())
                .addService(new CollectionsService(catalogue))
                .addService(new PointsService(catalogue))
                .addService(new SnapshotsImplBase() {})
                .build();
        try {
            server.start();
        } catch (IOException e) {
            calls.shutdown();
            maintenance.shutdown();
            throw new IllegalStateException(
                    "the embedded vector store can't listen on 127.0.0.1:" + port + ": " + reason(e), e);
        }
        this.maintaining = maintenance.scheduleWithFixedDelay(
                catalogue::maintain, MAINTENANCE_SECONDS, MAINTENANCE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Opens the store in the folder {@code home}, which is made if it is missing, and listens on {@code port}, or on any
     * free one if that is 0.
     *
     * @throws IllegalStateException if another process has the folder, or the port
     * @throws IOException if the folder can't be read or written
     */
    public static EmbeddedQdrant start(Path home, int port) throws IOException {
        Files.createDirectories(home);
        FileChannel lockFile = lock(home);
        Catalogue catalogue = null;
        try {
            catalogue = Catalogue.open(home.resolve("collections"));
            EmbeddedQdrant store = new EmbeddedQdrant(lockFile, catalogue, port);
            LOG.info("the embedded vector store in {} listens on 127.0.0.1:{}", home, store.port());
            return store;
        } catch (IOException | RuntimeException e) {
            if (catalogue != null) {
                catalogue.close();
            }
            lockFile.close();
            throw e;
        }
    }

    /** The port it listens on. */
    public int port() {
        return server.getPort();
    }

    /** Takes no more calls, lets those in progress end, for up to 10 seconds, commits, and gives the folder back. */
    @Override
    public void close() throws IOException {
        server.shutdown();
        try {
            if (!server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        calls.shutdown();
        maintaining.cancel(false);
        maintenance.shutdown();
        catalogue.close();
        lockFile.close();
    }

    private static FileChannel lock(Path home) throws IOException {
        FileChannel channel =
                FileChannel.open(home.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            throw new StoreInUseException("the embedded vector store in " + home
                    + " is in use by another process; stop it, or choose another folder");
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String reason(IOException e) {
        return String.valueOf(
                e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
    }

    private static ThreadFactory threads(String name) {
        return new ThreadFactoryBuilder()
                .setNameFormat(name + "-%d")
                .setDaemon(true)
                .build();
    }
}
