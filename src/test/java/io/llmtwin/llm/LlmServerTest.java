package io.llmtwin.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LlmServerTest {
    private final LlmServer server = new LlmServer(
            List.of(URI.create("http://a/v1/"), URI.create("http://b/v1"), URI.create("http://c/v1")), "m", null);

    @Test
    void replica_forAnyRequest_isTheLeastBusy() {
        for (int i = 0; i < 30; i++) {
            assertThat(server.choose(null, Set.of())).isPresent();
        }
        assertThat(server.members()).extracting(Replica::inFlight).containsExactly(10, 10, 10);
    }

    @Test
    void replica_ofAConversation_isTheSameUntilItIsMuchBusierThanOthers() {
        Replica home = chosen("c1");
        assertThat(IntStream.range(0, 4).mapToObj(i -> chosen("c1"))).containsOnly(home);
        assertThat(chosen("c1")).isNotSameAs(home);
    }

    @Test
    void conversations_ofManyClients_areSpread() {
        Set<Replica> homes = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            Replica home = chosen("conversation " + i);
            home.leave();
            homes.add(home);
        }
        assertThat(homes).hasSize(3);
    }

    @Test
    void replica_triedBefore_isNotChosen() {
        Set<Replica> tried = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            tried.add(server.choose("x", tried).orElseThrow());
        }
        assertThat(tried).hasSize(3);
        assertThat(server.choose("x", tried)).isEmpty();
    }

    @Test
    void replica_thatKeepsFailing_restsAndThenOneRequestTries() throws Exception {
        Replica failing = server.members().get(0);
        for (int i = 0; i < 5; i++) {
            try (ReplicaCall call = call(failing)) {
                call.failed(new IllegalStateException("no"));
            }
        }
        assertThat(failing.state()).isEqualTo(State.OPEN);
        assertThat(failing.enter()).isFalse();
        failing.breaker().transitionToHalfOpenState();
        try (ReplicaCall trial = call(failing)) {
            assertThat(failing.enter()).isFalse();
            trial.answers();
        }
        assertThat(failing.state()).isEqualTo(State.CLOSED);
        assertThat(failing.inFlight()).isZero();
    }

    @Test
    void replica_thatHasRested_mayBeAskedBeforeAnybodyTries() {
        Replica busy = server.members().get(0);
        busy.rest(Duration.ofMillis(50));
        await().until(busy::mayBeAsked);
        assertThat(server.hasAnother(Set.copyOf(server.members().subList(1, 3))))
                .isTrue();
    }

    @Test
    void call_ofWhichNothingIsKnown_leavesTheTrialToTheNext() {
        Replica replica = server.members().get(0);
        replica.breaker().transitionToOpenState();
        replica.breaker().transitionToHalfOpenState();
        call(replica).close();
        assertThat(replica.enter()).isTrue();
    }

    @Test
    void rest_whenAllAskForIt_isTheShortest() {
        assertThat(server.restsFor()).isNull();
        server.members().get(0).rest(Duration.ofMinutes(3));
        server.members().get(1).rest(Duration.ofMinutes(2));
        assertThat(server.restsFor()).isNull();
        server.members().get(2).rest(Duration.ofMinutes(4));
        assertThat(server.restsFor()).isBetween(Duration.ofSeconds(100), Duration.ofMinutes(2));
    }

    @Test
    void limit_ofTheServer_isThatOfTheSmallestReplicaThatSays() {
        assertThat(server.maxModelLen()).isEmpty();
        server.members().get(0).maxModelLen(4096);
        server.members().get(1).maxModelLen(2048);
        assertThat(server.maxModelLen()).hasValue(2048);
    }

    private Replica chosen(String affinity) {
        return server.choose(affinity, Set.of()).orElseThrow();
    }

    private static ReplicaCall call(Replica replica) {
        assertThat(replica.enter()).isTrue();
        return new ReplicaCall(replica);
    }
}
