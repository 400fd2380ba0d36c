package io.llmtwin.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class PageTest {
    private static final Path FILES = Path.of("src", "main", "resources", "static");
    private static final Pattern REFERENCE =
            Pattern.compile("(?:src|href)=\"([^\"#$]+)\"|(?:from|import) \"(\\.[^\"]*)\"");
    private static final Pattern FOREIGN = Pattern.compile("(?:https?:)?//[\\w.-]+\\.\\w+|url\\(|@import");

    @Test
    void response_ofAnyKind_carriesThePolicy() throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();

        new PageHeaders().doFilter(new MockHttpServletRequest("GET", "/"), response, new MockFilterChain());

        assertThat(response.getHeader("Content-Security-Policy"))
                .startsWith("default-src 'none'")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(response.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.getHeader("Referrer-Policy")).isEqualTo("no-referrer");
    }

    @Test
    void page_underItsPolicy_hasNothingInline() throws IOException {
        assertThat(read("index.html"))
                .doesNotContainPattern("<style")
                .doesNotContainPattern("\\sstyle=")
                .doesNotContainPattern("\\son[a-z]+=")
                .doesNotContainPattern("<script(?![^>]*\\ssrc=)");
    }

    @Test
    void page_files_nameNoOtherHost() throws IOException {
        for (String file : files()) {
            String namespaces = "http://www.w3.org/2000/svg";
            assertThat(FOREIGN.matcher(read(file).replace(namespaces, "")).results())
                    .as(file)
                    .isEmpty();
        }
    }

    @Test
    void page_data_neverBecomesMarkup() throws IOException {
        for (String file : files()) {
            assertThat(read(file))
                    .as(file)
                    .doesNotContain(
                            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "unsafe");
        }
    }

    @Test
    void page_references_areThere() throws IOException {
        PathMatchingResourcePatternResolver classpath = new PathMatchingResourcePatternResolver();
        List<String> references = new ArrayList<>();
        for (String file : files()) {
            REFERENCE
                    .matcher(read(file))
                    .results()
                    .map(reference -> reference.group(1) == null
                            ? Path.of(file).resolveSibling(reference.group(2)).normalize()
                            : Path.of(reference.group(1)))
                    .map(Path::toString)
                    .filter(reference -> !reference.equals("openapi.yaml"))
                    .forEach(references::add);
        }

        assertThat(references).isNotEmpty();
        for (String reference : references) {
            // a WebJar's files lie under its version, which addresses leave out
            String place = reference.startsWith("webjars/")
                    ? "META-INF/resources/" + reference.replaceFirst("^(webjars/[^/]+)/", "$1/*/")
                    : "static/" + reference;
            assertThat(classpath.getResources("classpath*:" + place))
                    .as(reference)
                    .isNotEmpty()
                    .allMatch(Resource::exists);
        }
    }

    private static List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(FILES)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> FILES.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static String read(String file) throws IOException {
        return Files.readString(FILES.resolve(file), StandardCharsets.UTF_8);
    }
}
