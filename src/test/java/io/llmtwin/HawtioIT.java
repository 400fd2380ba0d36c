package io.llmtwin;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Hawtio in a real Chromium, and the revisions that it sees. Screenshots are in target/screenshots. */
// with keys there is JMX, where only one service at a time has its names
@DirtiesContext
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "MANAGEMENT_SERVER_PORT=0",
            "LLM_TWIN_CORPUS=none",
            "LLM_TWIN_API_KEYS=all:hush-api",
            "LLM_API_KEY=hush-llm"
        })
class HawtioIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double PATIENCE = 60_000;
    private static final String KEY = "Bearer hush-api";
    private static final String QUESTION = "{\"query\":\"Who watches the routes?\"}";
    private static final Path ROUTE = Path.of("src/main/resources/routes/pipeline/prompt.camel.yaml");

    /** How often a step failed, which it didn't, and how often it was done. */
    private static final Pattern COUNTS = Pattern.compile("^0(\\d+)To direct:");

    private static Chromium chromium;

    private final RunningService service;
    private final String address;
    private BrowserContext context;
    private Page page;

    HawtioIT(@Value("${local.server.port}") int port, @Value("${local.management.port}") int managementPort) {
        this.service = new RunningService(port, managementPort);
        this.address = "http://127.0.0.1:" + managementPort + "/actuator/hawtio/";
    }

    @DynamicPropertySource
    static void home(DynamicPropertyRegistry properties) {
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
    }

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.start();
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
    }

    @AfterAll
    static void stopBrowser() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void signIn() throws Exception {
        context = chromium.open(
                new NewContextOptions().setViewportSize(1400, 900).setHttpCredentials("anybody", "hush-api"));
        page = context.newPage();
        page.setDefaultTimeout(PATIENCE);
        ask();
    }

    @AfterEach
    void closePage() {
        context.close();
    }

    @Test
    void hawtio_withoutAKey_isShut() {
        try (BrowserContext stranger = chromium.open(new NewContextOptions())) {
            assertThat(stranger.request().get(address).status()).isEqualTo(401);
        }
    }

    @Test
    void routesOfAContext_areDrawnTogether() {
        page.navigate(address + "camel");
        page.waitForURL("**/routeDiagram");
        assertThat(page.getByText("(ID: api-generate-request)")).isVisible();
        shoot("hawtio-routes");
    }

    @Test
    void routeOfARevision_isDrawnWithItsCounts() throws Exception {
        openRoute("prompt");
        Locator step = step("prompt-fill");
        assertThat(step).containsText(COUNTS);
        Matcher counts = COUNTS.matcher(step.textContent());
        assertThat(counts.find()).isTrue();
        ask();
        assertThat(step).containsText("0" + (Integer.parseInt(counts.group(1)) + 1) + "To direct:");
        shoot("hawtio-route");
    }

    @Test
    void routeOfARevision_isShownAsItWasWritten() throws Exception {
        openRoute("prompt");
        tab("Operations");
        Locator operation = page.locator("li").filter(new FilterOptions().setHasText("dumpRouteAsYaml()"));
        operation.locator("button").first().click();
        operation
                .locator("button")
                .filter(new FilterOptions().setHasText("Execute"))
                .click();
        assertThat(operation.locator("pre")).containsText("ref: contextBudget");
        assertThat(Files.readString(ROUTE))
                .startsWith(operation.locator("pre").textContent().strip());
        shoot("hawtio-yaml");
    }

    @Test
    void tracer_switchedOnAndOff_isSo() throws Exception {
        openRoute("prompt");
        tab("Trace");
        button("Start Tracing").click();
        assertThat(button("Stop Tracing")).isVisible();
        await().untilAsserted(() -> assertThat(tracersThatAreOn()).isEqualTo(1));
        button("Stop Tracing").click();
        assertThat(button("Start Tracing")).isVisible();
        await().untilAsserted(() -> assertThat(tracersThatAreOn()).isZero());
    }

    @Test
    void tracedMessages_areListedWithTheirBodies() throws Exception {
        openRoute("prompt");
        tab("Trace");
        button("Start Tracing").click();
        await().untilAsserted(() -> assertThat(tracersThatAreOn()).isEqualTo(1));
        ask();
        Locator row = page.getByLabel("message table")
                .locator("tr")
                .filter(new FilterOptions().setHasText("prompt-neighbours"));
        // the table is drawn anew when another step is chosen, not when messages come
        await().atMost(ofSeconds(60)).pollInterval(ofSeconds(1)).until(() -> {
            step("prompt-begin").click();
            step("prompt-fill").click();
            return row.isVisible();
        });
        row.getByRole(AriaRole.BUTTON).click();
        Locator message = page.locator(".pf-v6-c-drawer__panel");
        message.getByText("Body", new Locator.GetByTextOptions().setExact(true)).click();
        assertThat(message).containsText("<question>Who watches the routes?");
        assertThat(page.getByText("forbidden")).hasCount(0);
        shoot("hawtio-trace");
        button("Stop Tracing").click();
    }

    @Test
    void tracedMessages_areWellFormedAndWithoutKeys() throws Exception {
        String tracer = tracer();
        jolokia("exec/" + tracer + "/setEnabled/true");
        assertThat(send("POST", "/api/v1/generate", "{\"query\":\"Who & what? \\u0001\"}")
                        .statusCode())
                .isEqualTo(200);
        String traced = jolokia("exec/" + tracer + "/dumpAllTracedMessagesAsXml")
                .get("value")
                .asText();
        jolokia("exec/" + tracer + "/setEnabled/false");
        NodeList nodes = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(traced)))
                .getElementsByTagName("toNode");
        assertThat(IntStream.range(0, nodes.getLength())
                        .mapToObj(node -> nodes.item(node).getTextContent()))
                .contains("generate-question", "prompt-fill", "llm-ask", "llm-no-foreign-headers", "monitor-keep")
                .doesNotContain("ask-replica-call");
        assertThat(traced).doesNotContain("hush");
    }

    @Test
    void tracer_leavesStreamsToTheirClients() throws Exception {
        String tracer = tracer();
        assertThat(jolokia("write/" + tracer + "/BodyIncludeStreams/false")
                        .get("status")
                        .asInt())
                .isEqualTo(200);
        assertThat(jolokia("write/" + tracer + "/BodyIncludeStreams/true")
                        .get("status")
                        .asInt())
                .isNotEqualTo(200);
        assertThat(jolokia("read/" + tracer + "/BodyIncludeStreams")
                        .get("value")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void revision_deleted_leavesJmx() throws Exception {
        HttpResponse<String> draft = send(
                "POST", "/api/v1/revisions", "{\"files\":{\"prompts/answer.mustache\":\"Say {{variables.query}}\"}}");
        String id = JSON.readTree(draft.body()).get("id").asText();
        assertThat(contexts()).contains("revision-" + id);
        assertThat(send("DELETE", "/api/v1/revisions/" + id, null).statusCode()).isEqualTo(204);
        await().untilAsserted(() -> assertThat(contexts()).doesNotContain(id));
    }

    /** The tracer of the revision that serves, by its name in JMX. */
    private String tracer() throws Exception {
        return "org.apache.camel:context=revision-" + active() + ",type=tracer,name=BacklogTracer";
    }

    private long tracersThatAreOn() throws Exception {
        return jolokia("read/org.apache.camel:type=tracer,*/Enabled").get("value").findValues("Enabled").stream()
                .filter(JsonNode::asBoolean)
                .count();
    }

    private String contexts() throws Exception {
        return jolokia("search/org.apache.camel:*").toString();
    }

    private JsonNode jolokia(String request) throws Exception {
        return JSON.readTree(
                service.management("/actuator/jolokia/" + request, KEY).body());
    }

    /** Opens the view of the route {@code name} of the revision that serves. */
    private void openRoute(String name) throws Exception {
        String routes = "org.apache.camel-CamelContexts-revision-" + active();
        page.navigate(address + "camel");
        page.waitForURL("**/routeDiagram");
        for (String folder : new String[] {"", "-routes", "-routes-step"}) {
            treeItem(routes + folder + "-folder").locator("button").first().click();
        }
        treeItem(routes + "-routes-step-" + name + "-folder")
                .getByText(name)
                .first()
                .click();
        assertThat(page.getByRole(
                        AriaRole.HEADING, new GetByRoleOptions().setName(name).setExact(true)))
                .isVisible();
    }

    private Locator step(String id) {
        return page.locator(".react-flow__node").filter(new FilterOptions().setHasText("(ID: " + id + ")"));
    }

    private Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(name));
    }

    private Locator treeItem(String id) {
        return page.locator("[id=\"" + id + "\"]");
    }

    private void tab(String name) {
        page.locator("nav")
                .getByText(name, new Locator.GetByTextOptions().setExact(true))
                .click();
    }

    private String active() throws Exception {
        return JSON.readTree(send("GET", "/api/v1/revisions", null).body())
                .get("active")
                .asText();
    }

    private void ask() throws Exception {
        assertThat(send("POST", "/api/v1/generate", QUESTION).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return service.send(method, path, body, "Authorization", KEY, "Content-Type", "application/json");
    }

    private void shoot(String name) {
        page.screenshot(new ScreenshotOptions().setPath(Path.of("target", "screenshots", name + ".png")));
    }
}
