package io.llmtwin.keys;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The keys that count now. Those of a file are read anew, within a second, when the file changes; one that can't be read
 * then leaves the keys as they are. Thread-safe.
 */
@Component
public final class KeyRing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
    private static final Pattern PATH = Pattern.compile("(/|\\.{1,2}/|~/).*");
    private static final long LARGEST_FILE = 1 << 20;

    private final KeyReader reader;
    private final @Nullable Path file;
    private final @Nullable ScheduledExecutorService watch;
    private volatile ApiKeys keys;
    private volatile @Nullable String fault;
    private byte[] seen = {};

    /** The keys that {@code settings} names; does not start on any that can't be read. */
    @Autowired
    KeyRing(KeySettings settings) {
        this(settings, 1_000);
    }

    KeyRing(KeySettings settings, long lookEveryMillis) {
        String setting = settings.keys().strip();
        this.reader = new KeyReader(settings.limits());
        this.file = file(setting);
        if (file == null) {
            this.keys = setting.isEmpty() ? ApiKeys.NONE : ofPairs(setting);
            this.watch = null;
            return;
        }
        try {
            byte[] content = read(file);
            this.keys = reader.file(new String(content, StandardCharsets.UTF_8));
            this.seen = ApiKeys.hash(content);
        } catch (IOException | IllegalArgumentException e) {
            throw new KeyException("LLM_TWIN_API_KEYS names the file " + file + ", but " + reason(e), e);
        }
        this.watch = Executors.newSingleThreadScheduledExecutor(
                new ThreadFactoryBuilder().setNameFormat("keys").setDaemon(true).build());
        ScheduledFuture<?> unused =
                watch.scheduleWithFixedDelay(() -> look(file), lookEveryMillis, lookEveryMillis, TimeUnit.MILLISECONDS);
    }

    /** Whether there is none, so that the API is open. */
    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /** How many there are. */
    public int size() {
        return keys.size();
    }

    /** Whose {@code key} is; takes as long whichever it is. */
    public Optional<Caller> find(String key) {
        return keys.find(key);
    }

    /** Why the keys are not those that their file has now; null where they are. */
    public @Nullable String fault() {
        return fault;
    }

    private ApiKeys ofPairs(String setting) {
        try {
            return reader.pairs(setting, ",");
        } catch (IllegalArgumentException e) {
            throw new KeyException(
                    "LLM_TWIN_API_KEYS must be name:key pairs separated by commas, or the path of a file, but "
                            + e.getMessage(),
                    e);
        }
    }

    private void look(Path where) {
        byte[] before = seen;
        // whatever it holds once it can be read again, even what it held before, is to be looked at
        seen = new byte[0];
        try {
            byte[] content = read(where);
            seen = ApiKeys.hash(content);
            if (MessageDigest.isEqual(seen, before)) {
                return;
            }
            keys = reader.file(new String(content, StandardCharsets.UTF_8));
            fault = null;
            LOG.info("{} keys were read from {}", keys.size(), where);
        } catch (IOException | RuntimeException e) {
            String reason = reason(e);
            if (!reason.equals(fault)) {
                LOG.error("the keys of {} could not be read and stay as they were: {}", where, reason);
            }
            fault = reason;
        }
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > LARGEST_FILE) {
            throw new IllegalArgumentException("it is larger than " + (LARGEST_FILE >> 20) + " MB");
        }
        return Files.readAllBytes(file);
    }

    private static @Nullable Path file(String setting) {
        if (setting.startsWith("~/")) {
            return Path.of(System.getProperty("user.home"), setting.substring(2));
        }
        if (PATH.matcher(setting).matches()) {
            return Path.of(setting);
        }
        // a key without a name must not be quoted as the name of a file
        return !setting.isEmpty() && setting.indexOf(':') < 0 && Files.isRegularFile(Path.of(setting))
                ? Path.of(setting)
                : null;
    }

    private static String reason(Exception e) {
        return e instanceof IOException
                ? "it can't be read (" + e.getClass().getSimpleName() + ")"
                : String.valueOf(e.getMessage());
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.shutdownNow();
        }
    }
}
