package io.llmtwin.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {
    private static final int LOOK_EVERY_MILLIS = 10;

    @TempDir
    Path folder;

    @Test
    void setting_ofPairs_namesItsCallers() {
        KeyRing keys = Keys.of("team:s3cret-one, site/client:s3cret:two ,ops/client+ops:three");

        Caller team = keys.find("s3cret-one").orElseThrow();
        assertThat(team.name()).isEqualTo("team");
        assertThat(team.roles()).containsExactlyInAnyOrder(Role.values());
        assertThat(keys.find("s3cret:two").orElseThrow().roles()).containsExactly(Role.CLIENT);
        assertThat(keys.find("three").orElseThrow().roles()).containsExactlyInAnyOrder(Role.CLIENT, Role.OPS);
        assertThat(keys.find("team")).isEmpty();
        assertThat(keys.find("")).isEmpty();
        assertThat(keys.isEmpty()).isFalse();
    }

    @Test
    void role_engineer_mayWhatClientsMayAndNothingOfOperations() {
        Caller engineer = Keys.of("a/engineer:k").find("k").orElseThrow();

        assertThat(engineer.has(Role.CLIENT)).isTrue();
        assertThat(engineer.has(Role.ENGINEER)).isTrue();
        assertThat(engineer.has(Role.OPS)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hush-hush",
                ":hush-hush",
                "name:",
                "a:b,,c:d",
                "a:b,hush-hush",
                "a/king:hush-hush",
                "a/:hush-hush",
                "a:hush-hush,a/client:hush",
                "/no/such/file"
            })
    void setting_malformed_isRefusedWithoutShowingAKey(String setting) {
        assertThatThrownBy(() -> Keys.of(setting))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("LLM_TWIN_API_KEYS")
                .hasMessageNotContaining("hush");
    }

    /** While a key is changed, the old one and the new one open. */
    @Test
    void setting_twoKeysOfOneCaller_bothOpen() {
        KeyRing keys = Keys.of("team:old,team:new");

        assertThat(keys.find("old")).isEqualTo(keys.find("new")).isPresent();
    }

    @Test
    void file_ofYaml_saysWhatAKeyMayDo() throws IOException {
        Path file = write("""
                # ours
                keys:
                  - name: site
                    sha256: %s
                    roles: [client]
                    authors: [Ada Keeper, u-1]
                    requests_per_minute: 60
                  - name: me
                    key: plain
                """.formatted(HexFormat.of().formatHex(ApiKeys.hash("hashed"))));

        try (KeyRing keys = new KeyRing(new KeySettings(file.toString(), 5, 7))) {
            assertThat(keys.find("hashed"))
                    .contains(new Caller("site", Set.of(Role.CLIENT), List.of("Ada Keeper", "u-1"), new Limits(60, 7)));
            assertThat(keys.find("plain"))
                    .contains(new Caller("me", Set.of(Role.values()), List.of(), new Limits(5, 7)));
            assertThat(keys.size()).isEqualTo(2);
        }
    }

    @Test
    void file_ofPairs_isReadLineByLine() throws IOException {
        Path file = write("# two\nteam:one\n\nsite/client:two\n");

        try (KeyRing keys = Keys.of(file.toString())) {
            assertThat(keys.find("one").orElseThrow().name()).isEqualTo("team");
            assertThat(keys.find("two").orElseThrow().roles()).containsExactly(Role.CLIENT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"keys: of the team", "{"})
    void file_ofPairsBelowComments_isNoYamlWhateverTheseSay(String comment) throws IOException {
        Path file = write("#".repeat(200_000) + "\n# " + comment + "\nteam:one\n");

        try (KeyRing keys = Keys.of(file.toString())) {
            assertThat(keys.find("one").orElseThrow().name()).isEqualTo("team");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# none yet\n",
                "hush-hush",
                "keys: []",
                "keys:\n  - hush-hush",
                "keys:\n  - {name: a}",
                "keys:\n  - {name: a, key: hush, sha256: hush}",
                "keys:\n  - {name: a, sha256: hush}",
                "keys:\n  - {key: hush}",
                "keys:\n  - {name: a, key: hush, roles: [king]}",
                "keys:\n  - {name: a, key: hush, authors: []}",
                "keys:\n  - {name: a, key: hush, requests_per_minute: hush}",
                "keys:\n  - {name: a, key: hush, requests_per_minute: -1}",
                "keys:\n  - {name: a, key: hush, admin: true}",
                "keys:\n  - {name: a, key: 'hush",
                "{\"keys\": [{\"name\": \"a\", \"key\": \"hush\"",
            })
    void file_malformed_isRefusedWithoutShowingAKey(String content) throws IOException {
        Path file = write(content);

        assertThatThrownBy(() -> Keys.of(file.toString()))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("hush");
    }

    @Test
    void file_changed_countsWithoutARestart() throws IOException {
        Path file = write("team:one");
        try (KeyRing keys = new KeyRing(new KeySettings(file.toString(), 0, 0), LOOK_EVERY_MILLIS)) {
            write("team:two");

            await().until(() -> keys.find("two").isPresent());
            assertThat(keys.find("one")).isEmpty();
        }
    }

    @Test
    void file_broken_keepsTheKeysAndSaysSoUntilItIsMended() throws IOException {
        Path file = write("team:one");
        try (KeyRing keys = new KeyRing(new KeySettings(file.toString(), 0, 0), LOOK_EVERY_MILLIS)) {
            write("keys: [");
            await().until(() -> keys.fault() != null);
            assertThat(keys.find("one")).isPresent();

            write("team:two");
            await().until(() -> keys.fault() == null);
            assertThat(keys.find("two")).isPresent();

            Files.delete(file);
            await().until(() -> keys.fault() != null);
            assertThat(keys.find("two")).isPresent();

            write("team:two");
            await().until(() -> keys.fault() == null);
        }
    }

    @Test
    void file_tooLargeForAWhile_isWellAgainOnceItIsAsItWas() throws IOException {
        Path file = write("team:one");
        try (KeyRing keys = new KeyRing(new KeySettings(file.toString(), 0, 0), LOOK_EVERY_MILLIS)) {
            replace(file, "#".repeat((1 << 20) + 1));
            await().untilAsserted(() -> assertThat(keys.fault()).contains("larger than 1 MB"));

            replace(file, "team:one");
            await().until(() -> keys.fault() == null);
            assertThat(keys.find("one")).isPresent();
        }
    }

    /** In one step: the ring must not see a file that is half written. */
    private void replace(Path file, String content) throws IOException {
        Path next = Files.writeString(folder.resolve("keys.new"), content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path write(String content) throws IOException {
        return Files.writeString(folder.resolve("keys.yaml"), content);
    }
}
