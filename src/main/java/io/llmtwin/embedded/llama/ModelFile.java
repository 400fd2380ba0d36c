package io.llmtwin.embedded.llama;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The file of a model: one on disk, or one that is downloaded once. A download that was cut short goes on where it was,
 * and a file takes its name only when it is whole and has the SHA-256 that was expected.
 */
final class ModelFile {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int BUFFER = 1 << 16;

    private final Path folder;
    private final Consumer<String> progress;

    /**
     * Files that are downloaded into {@code folder}.
     *
     * @param progress told how far a download is, in words, at each percent
     */
    ModelFile(Path folder, Consumer<String> progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * The file at {@code location}.
     *
     * @param location a path, or an http or https URL
     * @param sha256 in hexadecimal; of a path it may be null
     * @throws IOException if it isn't there, can't be had, or is another
     */
    Path of(String location, @Nullable String sha256) throws IOException, InterruptedException {
        String expected = sha256 == null ? null : sha256.toLowerCase(Locale.ROOT);
        if (location.startsWith("https://") || location.startsWith("http://")) {
            if (expected == null) {
                throw new IOException("a model that is downloaded needs its SHA-256");
            }
            return downloaded(URI.create(location), expected);
        }
        Path file = Path.of(location);
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no file " + file);
        }
        if (expected != null) {
            check(file, digestOf(file), expected);
        }
        return file;
    }

    private Path downloaded(URI url, String expected) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        String name = url.getPath().substring(url.getPath().lastIndexOf('/') + 1);
        Path file = folder.resolve(expected.substring(0, 12) + "-" + name);
        if (Files.exists(file)) {
            return file;
        }
        Path part = folder.resolve(file.getFileName() + ".part");
        MessageDigest digest = sha256();
        long have = 0;
        if (Files.exists(part)) {
            have = Files.size(part);
            digest(part, digest);
        }
        HttpResponse<InputStream> response = request(url, have);
        try (InputStream body = response.body()) {
            switch (response.statusCode()) {
                case OK -> {
                    digest.reset();
                    copy(body, part, 0, size(response, 0), digest);
                }
                case PARTIAL -> copy(body, part, have, size(response, have), digest);
                case RANGE_NOT_SATISFIABLE -> progress.accept("downloaded before");
                default ->
                    throw new IOException(
                            "the download of " + name + " was answered with status " + response.statusCode());
            }
        }
        try {
            check(part, HexFormat.of().formatHex(digest.digest()), expected);
        } catch (IOException e) {
            Files.delete(part);
            throw e;
        }
        return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static HttpResponse<InputStream> request(URI url, long from) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
        HttpRequest.Builder request = HttpRequest.newBuilder(url);
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private static long size(HttpResponse<?> response, long have) {
        return have + response.headers().firstValueAsLong("Content-Length").orElse(-1 - have);
    }

    private void copy(InputStream body, Path part, long have, long size, MessageDigest digest) throws IOException {
        StandardOpenOption how = have == 0 ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND;
        long done = have;
        long told = -1;
        try (OutputStream out = new DigestOutputStream(
                Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how), digest)) {
            byte[] buffer = new byte[BUFFER];
            int read = body.read(buffer);
            while (read >= 0) {
                out.write(buffer, 0, read);
                done += read;
                long percent = size > 0 ? done * 100 / size : done >> 20;
                if (percent != told) {
                    told = percent;
                    progress.accept("downloading, " + percent + (size > 0 ? " % of " + (size >> 20) + " MB" : " MB"));
                }
                read = body.read(buffer);
            }
        }
        if (size > 0 && done < size) {
            throw new IOException("the download broke off after " + done + " of " + size + " bytes");
        }
    }

    private static void check(Path file, String actual, String expected) throws IOException {
        if (!actual.equals(expected)) {
            throw new IOException(file.getFileName() + " has the SHA-256 " + actual + ", expected was " + expected);
        }
    }

    private static String digestOf(Path file) throws IOException {
        MessageDigest digest = sha256();
        digest(file, digest);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void digest(Path file, MessageDigest digest) throws IOException {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
