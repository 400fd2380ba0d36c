package io.llmtwin.pipeline;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Takes an exchange into a revision and its outcome back. Inside it is an exchange of the revision's own context, with
 * the outer one's message, variables and unit of work: a stream that the pipeline answers with stays open until the
 * outer exchange is done with it, and so does the revision. The request's {@link Lifetime} is the time that it spends
 * inside.
 */
final class RevisionProducer extends DefaultAsyncProducer {
    private final String entry;
    private final Dispatch dispatch;
    private final Lifetimes lifetimes;

    RevisionProducer(Endpoint endpoint, String entry, Dispatch dispatch, Lifetimes lifetimes) {
        super(endpoint);
        this.entry = entry;
        this.dispatch = dispatch;
        this.lifetimes = lifetimes;
    }

    @Override
    public boolean process(Exchange outer, AsyncCallback callback) {
        Exchange inner;
        AsyncProducer pipeline;
        Lifetime lifetime;
        try {
            Revision revision = dispatch.enter(outer);
            outer.getExchangeExtension().addOnCompletion(new Leaving(revision));
            pipeline = revision.entry(entry);
            inner = new DefaultExchange(revision.context(), outer.getPattern());
            inner.getExchangeExtension().setUnitOfWork(outer.getUnitOfWork());
            inner.setIn(outer.getMessage().copy());
            outer.getVariables().forEach(inner::setVariable);
            lifetime = lifetimes.begin(outer);
            RequestScope.begin(inner, revision.id(), lifetime);
        } catch (RuntimeException e) {
            outer.setException(e);
            callback.done(true);
            return true;
        }
        return pipeline.process(inner, doneSync -> {
            lifetimes.done(outer, lifetime);
            // nothing else: what the revision's error handler noted down would keep the outer one from acting
            outer.getMessage().copyFrom(inner.getMessage());
            outer.setException(inner.getException());
            inner.getVariables().forEach(outer::setVariable);
            callback.done(doneSync);
        });
    }

    private static final class Leaving extends SynchronizationAdapter {
        private final Revision revision;

        Leaving(Revision revision) {
            this.revision = revision;
        }

        @Override
        public void onDone(Exchange exchange) {
            revision.leave();
        }

        @Override
        public boolean allowHandover() {
            return false;
        }
    }
}
