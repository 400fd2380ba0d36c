package io.llmtwin.api;

import io.llmtwin.pipeline.Client;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** The client of one request: its connection, the stream that it reads, if it does, and who pays for its rehearsals. */
final class WaitingClient implements Client {
    private final @Nullable ClientConnection connection;
    private final @Nullable EventStream stream;
    private final long heartbeat;
    private final Executor writers;
    private final TokenBill bill;
    private final AtomicBoolean beating = new AtomicBoolean();

    /**
     * A client that waits.
     *
     * @param heartbeat the longest silence in the stream
     * @param writers write heartbeats, which may take as long as the client lets them
     * @param bill for the tokens of what is rehearsed for it
     */
    WaitingClient(
            @Nullable ClientConnection connection,
            @Nullable EventStream stream,
            Duration heartbeat,
            Executor writers,
            TokenBill bill) {
        this.connection = connection;
        this.stream = stream;
        this.heartbeat = heartbeat.toNanos();
        this.writers = writers;
        this.bill = bill;
    }

    @Override
    public boolean hasGone() {
        return (stream != null && stream.isBroken()) || (connection != null && connection.isClosed());
    }

    @Override
    public void stillWaits() {
        EventStream open = stream;
        if (open != null && open.silence() > heartbeat && beating.compareAndSet(false, true)) {
            writers.execute(() -> {
                try {
                    open.heartbeat();
                } finally {
                    beating.set(false);
                }
            });
        }
    }

    @Override
    public void rehearsed(Exchange exchange) {
        bill.onDone(exchange);
    }
}
