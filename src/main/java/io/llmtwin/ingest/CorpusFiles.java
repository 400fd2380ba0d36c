package io.llmtwin.ingest;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder that are worth reading, in the order of their names, folder by folder as they are asked for.
 * Hidden, built and vendored folders are left out, and symbolic links that lead out of the folder.
 */
final class CorpusFiles implements Iterator<CorpusFile> {
    private static final Set<String> IGNORED_FOLDERS =
            Set.of("node_modules", "target", "build", "__pycache__", "venv", "__MACOSX");

    private final Path root;
    private final Consumer<Skipped> skipped;
    private final Deque<Iterator<String>> pending = new ArrayDeque<>();
    private final Deque<Path> folders = new ArrayDeque<>();
    private @Nullable CorpusFile next;

    CorpusFiles(Path root, Consumer<Skipped> skipped) throws IOException {
        this.root = root.toRealPath();
        this.skipped = skipped;
        enter(this.root, namesIn(this.root));
    }

    @Override
    public boolean hasNext() {
        while (next == null && !pending.isEmpty()) {
            if (pending.getLast().hasNext()) {
                visit(folders.getLast().resolve(pending.getLast().next()));
            } else {
                pending.removeLast();
                folders.removeLast();
            }
        }
        return next != null;
    }

    @Override
    public CorpusFile next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        CorpusFile file = next;
        next = null;
        return file;
    }

    private void visit(Path path) {
        String fileName = fileName(path);
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isDirectory()) {
                if (!IGNORED_FOLDERS.contains(fileName)) {
                    enter(path, namesIn(path));
                }
                return;
            }
            Optional<FileKind> kind = FileKind.of(fileName);
            if (kind.isEmpty()) {
                return;
            }
            if (attributes.isSymbolicLink()) {
                Path real = path.toRealPath();
                attributes = Files.readAttributes(real, BasicFileAttributes.class);
                if (!real.startsWith(root)) {
                    skipped.accept(new Skipped(nameOf(path), "a link that leads out of the corpus"));
                    return;
                }
            }
            if (attributes.isRegularFile()) {
                next = new CorpusFile(
                        path,
                        nameOf(path),
                        kind.get(),
                        attributes.size(),
                        attributes.lastModifiedTime().toMillis());
            }
        } catch (NoSuchFileException e) {
            skipped.accept(new Skipped(nameOf(path), "a link that leads nowhere"));
        } catch (IOException e) {
            skipped.accept(new Skipped(nameOf(path), "could not be read: " + e, true));
        }
    }

    private void enter(Path folder, Iterator<String> names) {
        folders.addLast(folder);
        pending.addLast(names);
    }

    private static Iterator<String> namesIn(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = fileName(entry);
                if (!name.startsWith(".")) {
                    names.add(name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return names.iterator();
    }

    private String nameOf(Path path) {
        return root.relativize(path).toString().replace(root.getFileSystem().getSeparator(), "/");
    }

    /** Zip file systems end the names of folders with a slash. */
    private static String fileName(Path path) {
        Path name = path.getFileName();
        String text = name == null ? "" : name.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
