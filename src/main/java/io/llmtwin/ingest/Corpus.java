package io.llmtwin.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A folder of documents, on disk or within a zip or jar file. Markdown, HTML and text are articles, source code is
 * repositories, a change log is a post for each release, and JSON holds documents in the course's shapes; other files
 * are passed over. A document's id is its path within the folder, or in JSON its own. Thread-safe.
 */
public final class Corpus {
    private static final String OWN_AUTHOR = "LLM Twin";

    private final Root root;
    private final CorpusLabels labels;

    private Corpus(Root root, CorpusLabels labels) {
        this.root = root;
        this.labels = labels;
    }

    /**
     * The corpus in a folder, or in a zip file.
     *
     * @param author who wrote what names no other author
     */
    public static Corpus of(Path folder, String author) {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return new Corpus(
                () -> open(folder),
                new CorpusLabels(name == null ? "corpus" : name.toString(), author, null, null, null));
    }

    /**
     * This project's own material, a folder on the class path: in a folder of classes, in a jar, or in the classes of
     * a Spring Boot jar.
     *
     * @throws IllegalArgumentException if there is no such folder
     */
    public static Corpus ofClasspath(String location) {
        return ofClasspath(location, Corpus.class.getClassLoader());
    }

    static Corpus ofClasspath(String location, ClassLoader loader) {
        String folder = location.endsWith("/") ? location.substring(0, location.length() - 1) : location;
        URL url = loader.getResource(folder);
        if (url == null) {
            throw new IllegalArgumentException("there is no " + folder + " on the class path");
        }
        String name = folder.substring(folder.lastIndexOf('/') + 1);
        return new Corpus(classpathRoot(url), new CorpusLabels(name, OWN_AUTHOR, "docs", "github", name));
    }

    /**
     * The documents, read as the stream is consumed; to be closed. What can't be read is given to {@code skipped} and
     * is no reason to end.
     *
     * @throws IOException if the folder itself can't be read
     */
    public Stream<SourceDocument> documents(Consumer<Skipped> skipped) throws IOException {
        return read(skipped::accept);
    }

    Stream<SourceDocument> read(CorpusListener listener) throws IOException {
        FileDocuments documents = new FileDocuments(labels, listener);
        return files(listener::skipped).mapMulti(documents::read);
    }

    /** A first look at the files, without reading them. */
    CorpusListing list() throws IOException {
        MessageDigest digest = sha256();
        int count = 0;
        long bytes = 0;
        try (Stream<CorpusFile> files = files(skipped -> {})) {
            for (CorpusFile file : (Iterable<CorpusFile>) files::iterator) {
                count++;
                bytes += file.size();
                digest.update((file.name() + '\n' + file.size() + '\n' + file.modified() + '\n')
                        .getBytes(StandardCharsets.UTF_8));
            }
        }
        return new CorpusListing(count, bytes, HexFormat.of().formatHex(digest.digest()));
    }

    private Stream<CorpusFile> files(Consumer<Skipped> skipped) throws IOException {
        OpenRoot open = root.open();
        try {
            CorpusFiles files = new CorpusFiles(open.folder, skipped);
            return StreamSupport.stream(Spliterators.spliteratorUnknownSize(files, Spliterator.ORDERED), false)
                    .onClose(() -> close(open.closeable));
        } catch (IOException e) {
            open.closeable.close();
            throw e;
        }
    }

    private static OpenRoot open(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return new OpenRoot(folder, () -> {});
        }
        String name = folder.toString().toLowerCase(Locale.ROOT);
        if (Files.isRegularFile(folder) && (name.endsWith(".zip") || name.endsWith(".jar"))) {
            return openInZip(folder, "/");
        }
        throw new NotDirectoryException(folder.toString());
    }

    private static OpenRoot openInZip(Path zip, String folder) throws IOException {
        FileSystem files = FileSystems.newFileSystem(zip);
        return new OpenRoot(files.getPath(folder), files);
    }

    /**
     * Where {@code url} leads: {@code file:/classes/corpus}, {@code jar:file:/app.jar!/corpus}, or as Spring Boot's
     * loader has it {@code jar:nested:/app.jar/!BOOT-INF/classes/!/corpus}.
     */
    private static Root classpathRoot(URL url) {
        String place = URLDecoder.decode(url.getPath().replace("+", "%2B"), StandardCharsets.UTF_8);
        if (url.getProtocol().equals("file")) {
            return () -> open(Path.of(place));
        }
        int scheme = place.indexOf(':');
        int bang = place.indexOf('!');
        if (!url.getProtocol().equals("jar") || scheme < 0 || bang < scheme) {
            throw new IllegalArgumentException("no way to list what is at " + url);
        }
        String jar = place.substring(scheme + 1, bang);
        Path zip = Path.of(jar.endsWith("/") ? jar.substring(0, jar.length() - 1) : jar);
        String folder = place.substring(bang + 1).replace("!", "").replaceAll("/{2,}", "/");
        return () -> openInZip(zip, folder.startsWith("/") ? folder : "/" + folder);
    }

    private static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Root {
        OpenRoot open() throws IOException;
    }

    private record OpenRoot(Path folder, Closeable closeable) {}
}
