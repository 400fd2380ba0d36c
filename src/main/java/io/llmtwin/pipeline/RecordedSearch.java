package io.llmtwin.pipeline;

import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Where a {@link Rehearsal} brings its passages along, has a call of {@code direct:search} find those. */
@Component
final class RecordedSearch implements RevisionCustomizer {
    private static final String SEARCH = "direct:search";

    @Override
    public void customize(CamelContext context, UnaryOperator<@Nullable String> files) {
        context.getCamelContextExtension()
                .addInterceptStrategy((in, node, target, next) ->
                        node instanceof ToDefinition to && SEARCH.equals(to.getUri()) ? new Search(target) : target);
    }

    private static final class Search extends DelegateAsyncProcessor {
        Search(Processor target) {
            super(target);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Rehearsal rehearsal = RequestScope.rehearsal(exchange);
            List<?> found = rehearsal == null ? null : rehearsal.found();
            if (found == null) {
                return super.process(exchange, callback);
            }
            exchange.getMessage().setBody(found);
            callback.done(true);
            return true;
        }
    }
}
