package io.llmtwin.pipeline;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.support.DefaultExchange;
import org.springframework.stereotype.Component;

/** Runs requests to see what comes of them, outside of what clients, monitoring and metrics see. */
@Component
public final class Rehearsals {
    private final Lifetimes lifetimes;
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

    Rehearsals(Lifetimes lifetimes) {
        this.lifetimes = lifetimes;
    }

    /** What comes of {@code request} to {@code revision}, which the caller keeps open. What fails inside is in it. */
    public Outcome run(Revision revision, RehearsalRequest request) {
        Rehearsal rehearsal = new Rehearsal(request.found());
        String traceId = ids.generate().toString();
        Lifetime lifetime = lifetimes.begin(traceId, request.client(), request.time());
        try {
            Exchange exchange = new DefaultExchange(revision.context(), ExchangePattern.InOut);
            request.variables().forEach(exchange::setVariable);
            exchange.setVariable("traceId", traceId);
            RequestScope.begin(exchange, revision.id(), lifetime);
            exchange.setVariable(RequestScope.REHEARSAL, rehearsal);
            exchange.getMessage().setBody(request.variables().get("query"));
            revision.send(request.entry(), exchange);
            return new Outcome(exchange, rehearsal);
        } finally {
            lifetimes.done(traceId, lifetime);
        }
    }

    /**
     * What came of a request.
     *
     * @param exchange with the variables that the pipeline left, and its failure, if any
     */
    public record Outcome(Exchange exchange, Rehearsal rehearsal) {}
}
