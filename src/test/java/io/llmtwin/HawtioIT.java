package io.llmtwin;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
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
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

/** Hawtio in a real Chromium, and the revisions that it sees. Screenshots are in target/screenshots. */
// with keys there is JMX, where only one service at a time has its names
@DirtiesContext
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"MANAGEMENT_SERVER_PORT=0", "LLM_TWIN_CORPUS=none", "LLM_TWIN_API_KEYS=all:hush-api"})
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
        Locator step = page.locator(".react-flow__node").filter(new FilterOptions().setHasText("(ID: prompt-fill)"));
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
    void revision_deleted_leavesJmx() throws Exception {
        HttpResponse<String> draft = send(
                "POST", "/api/v1/revisions", "{\"files\":{\"prompts/answer.mustache\":\"Say {{variables.query}}\"}}");
        String id = JSON.readTree(draft.body()).get("id").asText();
        assertThat(contexts()).contains("revision-" + id);
        assertThat(send("DELETE", "/api/v1/revisions/" + id, null).statusCode()).isEqualTo(204);
        await().untilAsserted(() -> assertThat(contexts()).doesNotContain(id));
    }

    private long tracersThatAreOn() throws Exception {
        JsonNode tracers =
                JSON.readTree(service.management("/actuator/jolokia/read/org.apache.camel:type=tracer,*/Enabled", KEY)
                        .body());
        return tracers.get("value").findValues("Enabled").stream()
                .filter(JsonNode::asBoolean)
                .count();
    }

    private String contexts() throws Exception {
        return service.management("/actuator/jolokia/search/org.apache.camel:*", KEY)
                .body();
    }

    /** Opens the view of the route {@code name} of the revision that serves. */
    private void openRoute(String name) throws Exception {
        JsonNode revisions =
                JSON.readTree(send("GET", "/api/v1/revisions", null).body());
        String routes = "org.apache.camel-CamelContexts-revision-"
                + revisions.get("active").asText();
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
