package io.llmtwin.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicaHostsTest {
    private final Map<String, InetAddress> names =
            new ConcurrentHashMap<>(Map.of("llm-0", InetAddress.getLoopbackAddress()));
    private final AtomicInteger lookups = new AtomicInteger();
    private final LlmServer server =
            new LlmServer(List.of(URI.create("http://llm-0:8000/v1"), URI.create("http://llm-1:8000/v1")), "m", null);
    private final Replica known = server.members().get(0);
    private final Replica unknown = server.members().get(1);
    private final ReplicaHosts hosts = new ReplicaHosts(server, new Names(), Duration.ofMillis(10));

    @AfterEach
    void close() {
        hosts.close();
    }

    @Test
    void replica_ofAnUnknownHost_isLeftOutFromTheStart() {
        hosts.start();
        await().until(() -> unknown.state() == State.FORCED_OPEN);
        assertThat(IntStream.range(0, 20)
                        .mapToObj(i -> server.choose(null, Set.of()).orElseThrow()))
                .containsOnly(known);
        assertThat(unknown.mayBeAsked()).isFalse();
    }

    @Test
    void replica_whoseHostAppears_isAskedAgain() {
        hosts.start();
        await().until(() -> lookups.get() > 3);
        assertThat(unknown.state()).isEqualTo(State.FORCED_OPEN);
        names.put("llm-1", InetAddress.getLoopbackAddress());
        await().until(unknown::mayBeAsked);
        int done = lookups.get();
        hosts.lost(unknown);
        await().until(() -> lookups.get() > done && unknown.mayBeAsked());
    }

    @Test
    void request_thatFoundAHostUnknown_goesToAnotherReplicaAndNoneGoesThereAgain() throws Exception {
        LlmReplicas replicas = new LlmReplicas(
                server, hosts, new LlmSettings(List.of(), "m", null, Duration.ofMinutes(1), Duration.ofMinutes(1)));
        known.breaker().transitionToOpenState();
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        replicas.take(exchange);
        assertThat(exchange.getVariable("replica")).isEqualTo(unknown.url());
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new UnknownHostException("llm-1"));
        known.breaker().transitionToClosedState();
        replicas.failed(exchange);
        assertThat(unknown.state()).isEqualTo(State.FORCED_OPEN);
        assertThat(unknown.inFlight()).isZero();
        replicas.take(exchange);
        assertThat(exchange.getVariable("replica")).isEqualTo(known.url());
    }

    private final class Names implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            lookups.incrementAndGet();
            InetAddress address = names.get(host);
            if (address == null) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {address};
        }

        @Override
        public String resolveCanonicalHostname(String host) throws UnknownHostException {
            return resolve(host)[0].getCanonicalHostName();
        }
    }
}
