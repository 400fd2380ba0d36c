package io.llmtwin.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules that we ship. */
class RedactionTest {
    private static Redaction redaction;

    @BeforeAll
    static void parse() throws IOException {
        redaction = Redaction.parse(Files.readString(Path.of("src/main/resources/prompts/redaction.yaml")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Write to ada.lovelace+twin@mail.example.co.uk, please. | Write to [e-mail], please.",
                "<o'brien@example.org>                    | <[e-mail]>",
                "two@example.com, three@example.com       | [e-mail], [e-mail]",
                "call +49 30 1234567 at noon              | call [phone] at noon",
                "call +1 (555) 123-4567                   | call [phone]",
                "tel:+442079460958                        | tel:[phone]",
                "0044 20 7946 0958 or (555) 123-4567      | [phone] or [phone]",
                "555-123-4567 and 030 1234567             | [phone] and [phone]",
                "0171/1234567.                            | [phone].",
                "card 4111 1111 1111 1111 exp 12/27       | card [card number] exp 12/27",
                "5500-0055-5555-5559                      | [card number]",
                "378282246310005                          | [card number]",
                "OPENAI_API_KEY=sk-proj-abcdefghijklmnop1234 | OPENAI_API_KEY=[key]",
                "AKIAIOSFODNN7EXAMPLE is Amazon's         | [key] is Amazon's",
                "ghp_0123456789abcdefghijABCDEFGHIJ012345 | [key]",
                "hf_abcdefghijklmnopqrstuvwxyzABCDEF      | [key]",
                "Authorization: Bearer abcdef0123456789XYZ | Authorization: [token]",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl | [token]",
                "password: hunter2hunter2                 | [secret]",
                "\"api_key\": \"0a1b2c3d4e5f6a7b\"        | \"[secret]",
            })
    void text_withPersonalDataOrASecret_losesIt(String text, String redacted) {
        assertThat(redaction.redacted(text)).isEqualTo(redacted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "on 2026-11-25 at 13:35:47, revision 8f3a2b1c9d0e",
                "from 2019-2020 we sold 1,200,000 copies of ISBN 978-3-16-148410-0",
                "version 10.4.12, port 8080, 192.168.100.200",
                "@Override public void run() { sleep(100000); }",
                "4111 1111 1111 1112 fails the check",
                "1764077747123 milliseconds since 1970",
                "8f14e45f-ceea-467f-a8f0-5b7b3c1f2d4e",
                "the key to the lighthouse, the secret of the keeper, a token of love",
                "https://example.org/posts/20240117-harbour?page=12",
                "p99 0.5 ms, 26 kB, 1536 tokens, 20,000 requests",
                "risk-assessment-for-the-whole-island",
                "a @ b",
            })
    void text_withoutAny_staysAsItIs(String text) {
        assertThat(redaction.redacted(text)).isSameAs(text);
    }

    @Test
    void privateKey_overManyLines_goesAsAWhole() {
        String text =
                "before\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nabc+/=\n-----END RSA PRIVATE KEY-----\nafter";
        assertThat(redaction.redacted(text)).isEqualTo("before\n[private key]\nafter");
    }

    @Test
    void record_atAnyDepth_isRedactedButForNames() throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode record = (ObjectNode) json.readTree("""
                {"trace_id":"a@example.com","query":"a@example.com","queries":["b@example.com"],
                 "sources":[{"id":"c@example.com","content":"d@example.com"}],"cost":4111111111111111}
                """);
        assertThat(redaction.apply(record)).isEqualTo(json.readTree("""
                {"trace_id":"a@example.com","query":"[e-mail]","queries":["[e-mail]"],
                 "sources":[{"id":"c@example.com","content":"[e-mail]"}],"cost":4111111111111111}
                """));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@",
                "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 ",
                "+1(1)(1)(1)(1)(1)(1)",
                "a.a.a.a.a.a.a.a.a.a.@a.a.a.a.a.a.a.a.a.a.a.",
                "-----BEGIN PRIVATE KEY-----",
                "key key key key password:password:"
            })
    void hostileText_isDoneInTimeInProportionToIt(String part) {
        String text = part.repeat(100_000 / part.length());
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> redaction.redacted(text));
    }

    @Test
    void rules_wrongPattern_areRefusedByName() {
        assertThatThrownBy(() -> Redaction.parse("rules: [{name: bad, pattern: '(a'}]"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prompts/redaction.yaml")
                .hasMessageContaining("'bad'");
        assertThatThrownBy(() -> Redaction.parse("rules: [{name: all, pattern: 'a*'}]"))
                .hasMessageContaining("'all'");
        assertThatThrownBy(() -> Redaction.parse("rules: [{name: x, patern: 'a'}]"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Redaction.parse("rulez: []")).isInstanceOf(IllegalArgumentException.class);
    }
}
