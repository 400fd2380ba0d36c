package io.llmtwin.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    @Test
    void requests_overTheLimit_areNotLetInAndToldWhenTheNextIs() {
        Allowance allowance = new Allowance(new Limits(2, 0));

        assertThat(allowance.take().isLetIn()).isTrue();
        assertThat(allowance.take().requests().left()).isZero();
        Allowance.Take third = allowance.take();

        assertThat(third.isLetIn()).isFalse();
        assertThat(third.pause()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
        assertThat(third.requests().full()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
        assertThat(third.tokens()).isNull();
    }

    @Test
    void tokens_overspentByOneRequest_arePaidOffByTheNext() {
        Allowance allowance = new Allowance(new Limits(0, 100));

        assertThat(allowance.take().isLetIn()).isTrue();
        allowance.spend(250);
        Allowance.Take next = allowance.take();

        assertThat(next.isLetIn()).isFalse();
        assertThat(next.pause()).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(91));
        assertThat(next.tokens().left()).isZero();
        assertThat(next.requests()).isNull();
    }

    /** Else a client that is out of tokens would lose its requests by asking whether it still is. */
    @Test
    void request_refusedForTokens_costsNoRequest() {
        Allowance allowance = new Allowance(new Limits(2, 1));
        allowance.spend(1);

        assertThat(allowance.take().requests().left()).isEqualTo(2);
        assertThat(allowance.take().requests().left()).isEqualTo(2);
    }

    @Test
    void allowance_ofOneKey_isTheSameUntilItsLimitsChange() {
        Allowances allowances = new Allowances();
        Allowance first = allowances.of(caller("a", 1));

        assertThat(allowances.of(caller("a", 1))).isSameAs(first);
        assertThat(allowances.of(caller("b", 1))).isNotSameAs(first);
        assertThat(allowances.of(caller("a", 2))).isNotSameAs(first);
        assertThat(allowances.of(Caller.ANYBODY).take().isLetIn()).isTrue();
    }

    private static Caller caller(String name, int requests) {
        return new Caller(name, Set.of(Role.CLIENT), List.of(), new Limits(requests, 0));
    }
}
