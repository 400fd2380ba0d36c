package io.llmtwin.tracing;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Lets what a node of a route calls know which span it is in: that of its exchange is the thread's as long as it runs. */
final class CurrentSpan implements InterceptStrategy {

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                Context span = Spans.of(exchange);
                if (span == null) {
                    return super.process(exchange, callback);
                }
                Scope scope = span.makeCurrent();
                try {
                    return super.process(exchange, callback);
                } finally {
                    scope.close();
                }
            }
        };
    }
}
