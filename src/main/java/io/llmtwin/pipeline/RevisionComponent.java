package io.llmtwin.pipeline;

import java.util.Map;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

/**
 * {@code revision:NAME} hands the exchange to {@code direct:NAME} of the revision of the pipeline that serves it.
 */
final class RevisionComponent extends DefaultComponent {
    private final Dispatch dispatch;
    private final Lifetimes lifetimes;

    RevisionComponent(Dispatch dispatch, Lifetimes lifetimes) {
        this.dispatch = dispatch;
        this.lifetimes = lifetimes;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String entry, Map<String, Object> parameters) {
        return new RevisionEndpoint(uri, this, entry, dispatch, lifetimes);
    }

    @UriEndpoint(
            firstVersion = "0.1.0",
            scheme = "revision",
            title = "Revision",
            syntax = "revision:entry",
            producerOnly = true,
            category = {Category.CORE})
    private static final class RevisionEndpoint extends DefaultEndpoint {
        @UriPath
        private final String entry;

        private final Dispatch dispatch;
        private final Lifetimes lifetimes;

        RevisionEndpoint(
                String uri, RevisionComponent component, String entry, Dispatch dispatch, Lifetimes lifetimes) {
            super(uri, component);
            this.entry = entry;
            this.dispatch = dispatch;
            this.lifetimes = lifetimes;
        }

        @Override
        public Producer createProducer() {
            return new RevisionProducer(this, entry, dispatch, lifetimes);
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("revision: can be called, not consumed from");
        }

        @Override
        public boolean isRemote() {
            return false;
        }
    }
}
