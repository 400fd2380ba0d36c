package io.llmtwin.pipeline;

import java.time.Instant;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.ProducerCache;
import org.apache.camel.support.cache.DefaultProducerCache;
import org.apache.camel.support.service.ServiceHelper;

/**
 * The pipeline at one moment, running in a CamelContext of its own and named by the hash of its routes and prompts.
 * Thread-safe.
 */
public final class Revision implements AutoCloseable {
    private final String id;
    private final Instant started;
    private final CamelContext context;
    private final ProducerCache producers;

    Revision(String id, CamelContext context) {
        this.id = id;
        this.context = context;
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
        Endpoint endpoint = context.hasEndpoint("direct:" + entry);
        if (endpoint == null) {
            throw new IllegalArgumentException("revision " + id + " has no route from direct:" + entry);
        }
        return producers.acquireProducer(endpoint);
    }

    @Override
    public void close() {
        ServiceHelper.stopService(producers);
        context.stop();
    }
}
