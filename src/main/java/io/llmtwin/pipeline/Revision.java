package io.llmtwin.pipeline;

import java.time.Instant;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ProducerCache;
import org.apache.camel.support.cache.DefaultProducerCache;
import org.apache.camel.support.service.ServiceHelper;

/**
 * The pipeline at one moment, running in a CamelContext of its own and named by the hash of its routes and prompts.
 * Requests enter and leave it; once it is retired, it closes when the last of them has left. Thread-safe.
 */
public final class Revision {
    private final String id;
    private final Instant started;
    private final CamelContext context;
    private final Executor closing;
    private final ProducerCache producers;
    private int requests;
    private boolean retired;

    /**
     * A revision that serves.
     *
     * @param closing runs what may take a while at the end, so that no request waits for it
     */
    Revision(String id, CamelContext context, Executor closing) {
        this.id = id;
        this.context = context;
        this.closing = closing;
        this.started = Instant.now();
        this.producers = new DefaultProducerCache(this, context, 0);
        ServiceHelper.startService(producers);
    }

    /** Twelve hex digits: the same routes and prompts have the same id everywhere. */
    public String id() {
        return id;
    }

    /** When this revision was ready to serve. */
    public Instant started() {
        return started;
    }

    /** How many requests are in it now. */
    public synchronized int requests() {
        return requests;
    }

    CamelContext context() {
        return context;
    }

    /** Whether this revision can be entered at {@code direct:}{@code entry}. */
    boolean has(String entry) {
        return context.hasEndpoint("direct:" + entry) != null;
    }

    /**
     * The producer that enters this revision at {@code direct:}{@code entry}.
     *
     * @throws IllegalArgumentException if the revision has no route of that name
     */
    AsyncProducer entry(String entry) {
        return producers.acquireProducer(endpoint(entry));
    }

    /**
     * Runs {@code exchange}, one of this revision's context, from {@code direct:}{@code entry} to its end.
     *
     * @throws IllegalArgumentException if the revision has no route of that name
     */
    void send(String entry, Exchange exchange) {
        producers.send(endpoint(entry), exchange, null);
    }

    private Endpoint endpoint(String entry) {
        Endpoint endpoint = context.hasEndpoint("direct:" + entry);
        if (endpoint == null) {
            throw new IllegalArgumentException("revision " + id + " has no route from direct:" + entry);
        }
        return endpoint;
    }

    /** Keeps this revision open for one request; false where it has been retired, and the request has to go elsewhere. */
    synchronized boolean enter() {
        if (retired) {
            return false;
        }
        requests++;
        return true;
    }

    /** A request that entered is done. */
    public void leave() {
        boolean isLast;
        synchronized (this) {
            requests--;
            isLast = retired && requests == 0;
        }
        if (isLast) {
            closing.execute(this::close);
        }
    }

    /** Lets no request in any more, and closes once the last has left. */
    void retire() {
        boolean isEmpty;
        synchronized (this) {
            if (retired) {
                return;
            }
            retired = true;
            isEmpty = requests == 0;
        }
        if (isEmpty) {
            closing.execute(this::close);
        }
    }

    private void close() {
        ServiceHelper.stopService(producers);
        context.stop();
    }
}
