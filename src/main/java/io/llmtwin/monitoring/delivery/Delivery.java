package io.llmtwin.monitoring.delivery;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.monitoring.Batch;
import io.llmtwin.monitoring.Entry;
import io.llmtwin.monitoring.Journal;
import io.llmtwin.monitoring.JournalReader;
import io.llmtwin.monitoring.Position;
import io.llmtwin.monitoring.delivery.Shipment.Refusal;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * How far one target has the journal, what it gets next, and when. Where it stands is kept on disk after each shipment,
 * so that a service that died goes on there; what it had sent but not noted down by then goes out once more, in a
 * shipment that {@link Shipment#isDoubtful() says so}.
 *
 * <p>A shipment that the target refuses comes again in halves until the entry at fault is alone; that one is set aside.
 * After any other failure the same comes again, after a pause that grows.
 *
 * <p>One thread takes shipments and says what became of them; the state can be read from any.
 */
public final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    /** Opik takes 50 MB in a call; a record's passages may be in it several times, with the steps that had them. */
    private static final long MAX_BYTES = 4 << 20;

    private final String target;
    private final JournalReader reader;
    private final PositionFile file;
    private final Packer packer;
    private final DeadLetters deadLetters;
    private final Rest rest;
    private final int fullSize;
    private final Clock clock;

    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong leftOut = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    private int size;
    private @Nullable Position doubtfulUntil;
    private volatile @Nullable Instant oldest;
    private volatile boolean closed;

    /**
     * A delivery that goes on where the last one to {@code target} stopped.
     *
     * @param target names it, in files too
     * @param folder for its position and its dead letters
     * @throws IOException if these can't be read
     */
    public Delivery(
            String target, Journal journal, Path folder, ObjectMapper json, DeliverySettings settings, Clock clock)
            throws IOException {
        Files.createDirectories(folder);
        this.target = target;
        this.file = new PositionFile(folder.resolve(target + ".position"));
        this.reader = journal.reader(target, file.load());
        this.packer = new Packer(journal, json);
        this.deadLetters = new DeadLetters(folder.resolve(target + ".dead-letters.jsonl"), target, json, clock);
        this.rest = new Rest(target, settings, clock);
        this.fullSize = settings.batchSize();
        this.size = fullSize;
        this.clock = clock;
    }

    /** Who gets it. */
    public String target() {
        return target;
    }

    /** What to send now; null where there is nothing, or the target is to be left alone for a while. */
    public @Nullable Shipment next() {
        if (closed || rest.until() != null) {
            return null;
        }
        try {
            return packed();
        } catch (IOException e) {
            rest.begin(e);
            return null;
        }
    }

    private @Nullable Shipment packed() throws IOException {
        while (true) {
            Batch batch = reader.next(size, MAX_BYTES);
            if (batch.lost() > 0) {
                LOG.error(
                        "{} entries were let go by the journal before they could be delivered to {}",
                        batch.lost(),
                        target);
            }
            Shipment shipment = packed(batch);
            if (!shipment.isEmpty()) {
                oldest = batch.entries().get(0).time();
                return shipment;
            }
            oldest = null;
            if (batch.next().equals(reader.position())) {
                return null;
            }
            settle(shipment);
        }
    }

    private Shipment packed(Batch batch) throws IOException {
        if (doubtfulUntil == null) {
            // what was under way when the last process died
            doubtfulUntil = batch.next();
        }
        Shipment shipment = new Shipment(batch.next(), reader.position().compareTo(doubtfulUntil) < 0);
        for (Entry entry : batch.entries()) {
            packer.pack(entry, shipment);
        }
        return shipment;
    }

    /** The target has {@code shipment}, but for what it has refused. */
    public void delivered(@Variable("shipment") Shipment shipment) throws IOException {
        settle(shipment);
        delivered.addAndGet(shipment.taken());
        size = Math.min(fullSize, size * 2);
        oldest = null;
        rest.end();
    }

    /** The target didn't take {@code shipment}, or nobody knows whether it did. */
    public void failed(
            @Variable("shipment") Shipment shipment, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        if (closed) {
            return;
        }
        DeliveryFailedException answer = Rest.answer(failure);
        if (answer != null && answer.verdict() == Verdict.REFUSED) {
            refused(shipment, answer);
            return;
        }
        if (doubtfulUntil == null || doubtfulUntil.compareTo(shipment.next()) < 0) {
            doubtfulUntil = shipment.next();
        }
        if (ObjectHelper.getException(SocketTimeoutException.class, failure) != null) {
            // less of it may be answered in time
            size = Math.max(1, shipment.entries().size() / 2);
        }
        rest.begin(failure);
        retries.incrementAndGet();
    }

    private void refused(Shipment shipment, DeliveryFailedException answer) {
        if (shipment.entries().size() > 1) {
            size = shipment.entries().size() / 2;
            return;
        }
        try {
            shipment.refused(
                    new Refusal(shipment.entries().get(0), answer.status(), String.valueOf(answer.getMessage())));
            settle(shipment);
        } catch (IOException e) {
            rest.begin(e);
        }
    }

    /** Deals with what is not to be sent again, and goes on after it. */
    private void settle(Shipment shipment) throws IOException {
        for (UUID traceId : shipment.deletions()) {
            deadLetters.forget(traceId);
        }
        for (Refusal refusal : shipment.refusals()) {
            if (deadLetters.add(refusal)) {
                refused.incrementAndGet();
                LOG.warn(
                        "{} refused the {} of {}, which is set aside: {}",
                        target,
                        refusal.entry().kind(),
                        refusal.entry().traceId(),
                        refusal.reason());
            }
        }
        file.save(shipment.next());
        reader.advance(shipment.next());
        leftOut.addAndGet(shipment.leftOut());
    }

    /** Takes no more shipments, and no failure for one: the service ends. Comes before calls are broken off. */
    @Order(Ordered.HIGHEST_PRECEDENCE)
    @EventListener(ContextClosedEvent.class)
    public void close() {
        closed = true;
    }

    /** What was refused, oldest first. */
    DeadLetters deadLetters() {
        return deadLetters;
    }

    /** A shipment of one dead letter. */
    Shipment shipment(DeadLetter letter) throws IOException {
        return packer.packed(letter);
    }

    /** How the delivery stands. */
    public State state() {
        Instant now = clock.instant();
        Instant first = oldest;
        long behind = reader.behind();
        return new State(
                delivered.get(),
                leftOut.get(),
                retries.get(),
                refused.get(),
                reader.lost(),
                deadLetters.count(),
                behind,
                behind == 0 || first == null ? Duration.ZERO : Duration.between(first, now),
                rest.problem(),
                rest.until());
    }

    /**
     * How a delivery stands; counts are since the start of the service, but for the last three.
     *
     * @param delivered entries that the target has taken
     * @param leftOut entries that are not for it, because the client asked not to be monitored
     * @param retries shipments that have to be sent again
     * @param refused entries that were set aside
     * @param lost entries that the journal let go before they could be delivered
     * @param deadLetters that are set aside now
     * @param behind entries that are still to be dealt with
     * @param lag age of the oldest of them that was tried
     * @param problem why nothing is delivered at the moment; null where all is well
     * @param nextTry when the target is asked again; null where it isn't being left alone
     */
    public record State(
            long delivered,
            long leftOut,
            long retries,
            long refused,
            long lost,
            int deadLetters,
            long behind,
            Duration lag,
            @Nullable Problem problem,
            @Nullable Instant nextTry) {}
}
