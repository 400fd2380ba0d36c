package io.llmtwin.llm;

import io.llmtwin.pipeline.Lifetime;
import io.llmtwin.pipeline.RequestEndedException;
import io.llmtwin.pipeline.RequestScope;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.hc.core5.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The bean {@code llmReplicas}: which replica of the language model a request goes to, and whether to another one after
 * it failed there.
 */
@Component
public final class LlmReplicas {
    static final String CALL = "call";

    private static final Logger LOG = LoggerFactory.getLogger(LlmReplicas.class);
    private static final String TRIED = "triedReplicas";

    private final LlmServer server;
    private final ReplicaHosts hosts;
    private final Duration firstTokenTimeout;

    LlmReplicas(LlmServer server, ReplicaHosts hosts, LlmSettings settings) {
        this.server = server;
        this.hosts = hosts;
        this.firstTokenTimeout = settings.firstTokenTimeout();
    }

    /**
     * Takes a place at a replica for the request of {@code exchange}, one that the request hasn't tried yet, and sets the
     * variable {@code replica} to its base URL. Requests with the same {@code affinity}, or else the same {@code
     * conversationId}, prefer the same replica.
     *
     * @throws LlmUnavailableException if there is none
     * @throws RequestEndedException if the request has to end
     */
    public void take(Exchange exchange) {
        RequestScope.lifetime(exchange).check();
        Set<Replica> tried = tried(exchange);
        String conversation = exchange.getVariable("conversationId", String.class);
        String affinity = exchange.getVariable("affinity", conversation, String.class);
        Replica replica = server.choose(affinity, tried)
                .orElseThrow(() -> new LlmUnavailableException(
                        tried.isEmpty() ? "every replica rests" : "every replica that may be asked has failed",
                        server.restsFor(),
                        exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)));
        tried.add(replica);
        ReplicaCall call = new ReplicaCall(replica);
        if (server.hasAnother(tried)) {
            call.giveUpAfter(firstTokenTimeout, RequestScope.lifetime(exchange));
        }
        exchange.setVariable(CALL, call);
        exchange.setVariable("replica", replica.url());
    }

    /**
     * Returns where the request of {@code exchange}, which has failed, may go to another replica: when it was the replica
     * that failed, and the client has nothing of the answer yet.
     *
     * @throws Exception why it can't, otherwise
     */
    public void failed(Exchange exchange) throws Exception {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        ReplicaCall call = (ReplicaCall) exchange.removeVariable(CALL);
        if (call == null) {
            throw failure;
        }
        try (call) {
            Lifetime lifetime = RequestScope.lifetime(exchange);
            if (failure instanceof RequestEndedException ended) {
                lifetime.end(ended.end());
            }
            Lifetime.End end = lifetime.end();
            if (end != null) {
                if (end == Lifetime.End.DEADLINE) {
                    call.timedOut();
                }
                throw new RequestEndedException(end);
            }
            if (failure instanceof ReplicaFailedException failed) {
                if (failed.rest() != null) {
                    call.replica().rest(failed.rest());
                } else if (failed.itsFault()) {
                    call.failed(failure);
                }
            } else if (failure instanceof UnknownHostException) {
                hosts.lost(call.replica());
            } else if (failure instanceof IOException || failure instanceof HttpException) {
                call.failed(failure);
            } else {
                throw failure;
            }
            LOG.warn(
                    "request {}: the language model at {} failed: {}",
                    exchange.getVariable("traceId"),
                    call.replica().url(),
                    failure.toString());
        }
    }

    @SuppressWarnings("unchecked")
    private static Set<Replica> tried(Exchange exchange) {
        Set<Replica> tried = exchange.getVariable(TRIED, Set.class);
        if (tried == null) {
            tried = new HashSet<>();
            exchange.setVariable(TRIED, tried);
        }
        return tried;
    }
}
