package io.llmtwin.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevisionStoreTest {
    private static final ObjectMapper JSON =
            JsonMapper.builder().findAndAddModules().build();

    @TempDir
    Path folder;

    @Test
    void store_openedAgain_hasWhatWasKept() throws IOException {
        RevisionStore store = RevisionStore.open(folder, JSON);
        store.keep(served(1));
        store.save(ServingState.NEW.activate("r1").lookedAt("f"));
        RevisionStore again = RevisionStore.open(folder, JSON);
        assertThat(again.find("r1")).contains(served(1));
        assertThat(again.state().active()).isEqualTo("r1");
        assertThat(again.state().folder()).isEqualTo("f");
    }

    @Test
    void store_manyRevisions_keepsTheLastTwentyAndThoseInUse() throws IOException {
        RevisionStore store = RevisionStore.open(folder, JSON);
        store.keep(served(0));
        store.save(ServingState.NEW.activate("r0"));
        for (int i = 1; i <= 40; i++) {
            store.keep(served(i));
        }
        assertThat(store.find("r0")).isPresent();
        assertThat(store.find("r20")).isEmpty();
        assertThat(store.find("r21")).isPresent();
        assertThat(store.all()).hasSize(RevisionStore.MOST_KEPT + 1);
        assertThat(RevisionStore.open(folder, JSON).all()).hasSize(RevisionStore.MOST_KEPT + 1);
    }

    @Test
    void store_damagedFile_isLeftAloneAndTheOthersAreRead() throws IOException {
        RevisionStore.open(folder, JSON).keep(served(1));
        Files.writeString(folder.resolve("broken.json"), "{\"id\":");
        assertThat(RevisionStore.open(folder, JSON).find("r1")).isPresent();
        assertThat(folder.resolve("broken.json")).exists();
    }

    @Test
    void store_damagedState_startsAsNew() throws IOException {
        RevisionStore.open(folder, JSON).keep(served(1));
        Files.writeString(folder.resolve("serving.json"), "");
        assertThat(RevisionStore.open(folder, JSON).state()).isEqualTo(ServingState.NEW);
    }

    @Test
    void store_oldRevisionThatCannotBeDeleted_keepsTheNewOne() throws IOException {
        RevisionStore store = RevisionStore.open(folder, JSON);
        for (int i = 1; i <= RevisionStore.MOST_KEPT; i++) {
            store.keep(served(i));
        }
        makeUndeletable("r1");
        store.keep(served(99));
        assertThat(store.find("r99")).isPresent();
        assertThat(store.find("r1")).isEmpty();
        assertThat(folder.resolve("r99.json")).exists();
    }

    @Test
    void delete_thatFails_saysSoAndForgetsNothing() throws IOException {
        RevisionStore store = RevisionStore.open(folder, JSON);
        store.keep(served(1));
        makeUndeletable("r1");
        assertThatThrownBy(() -> store.delete("r1"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("revision r1 can't be deleted");
        assertThat(store.find("r1")).isPresent();
    }

    /** A folder that isn't empty, since root may delete files from one that is read-only. */
    private void makeUndeletable(String id) throws IOException {
        Path file = folder.resolve(id + ".json");
        Files.delete(file);
        Files.createDirectories(file.resolve("in-the-way"));
    }

    static StoredRevision served(int number) {
        Instant time = Instant.EPOCH.plusSeconds(number);
        TreeMap<String, String> files = new TreeMap<>();
        files.put("prompts/answer.mustache", "text " + number);
        return new StoredRevision("r" + number, RevisionOrigin.FOLDER, time, time, null, files);
    }
}
