package io.llmtwin.pipeline;

import java.util.function.UnaryOperator;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Looks at each node of a route as a request passes it. A loop goes round only while its request may go on, so that one
 * without an end ends with the deadline; and a {@link Rehearsal} is told where something failed, even what a
 * {@code doCatch} makes good again.
 */
@Component
final class NodeWatch implements RevisionCustomizer {
    /** Not a bean itself, which Camel would take for the main context's too. */
    @Override
    public void customize(CamelContext context, UnaryOperator<@Nullable String> files) {
        context.getCamelContextExtension()
                .addInterceptStrategy((in, node, target, next) -> new WatchedNode(node, target));
    }

    private static final class WatchedNode extends DelegateAsyncProcessor {
        private final NamedNode node;
        private final boolean beginsRound;

        WatchedNode(NamedNode node, Processor target) {
            super(target);
            this.node = node;
            this.beginsRound = node.getParent() instanceof LoopDefinition;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Rehearsal rehearsal = RequestScope.rehearsal(exchange);
            Exception reason = beginsRound ? noFurtherRound(exchange, rehearsal) : null;
            if (reason != null) {
                exchange.setException(reason);
                callback.done(true);
                return true;
            }
            if (rehearsal == null) {
                return super.process(exchange, callback);
            }
            return super.process(exchange, doneSync -> {
                rehearsal.passed(node, exchange);
                callback.done(doneSync);
            });
        }

        private @Nullable Exception noFurtherRound(Exchange exchange, @Nullable Rehearsal rehearsal) {
            Lifetime.End end = RequestScope.lifetime(exchange).end();
            if (end != null) {
                return new RequestEndedException(end);
            }
            return rehearsal == null || rehearsal.mayGoRound()
                    ? null
                    : new IllegalStateException("the loop goes round without an end");
        }
    }
}
