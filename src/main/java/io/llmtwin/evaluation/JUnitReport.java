package io.llmtwin.evaluation;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.springframework.stereotype.Component;

/**
 * The bean {@code junitReport}: an evaluation in the XML that continuous integration reads of JUnit. Each case is a test of
 * its file's suite, and the thresholds of a file are one test more.
 */
@Component("junitReport")
public final class JUnitReport {
    private static final String THRESHOLDS = "thresholds";
    private static final Pattern NO_XML =
            Pattern.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

    /** {@code report} as a document in UTF-8; it has to have its cases. */
    public String of(EvaluationReport report) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            xml.writeAttribute("name", "revision " + report.revision());
            for (Map.Entry<String, List<CaseResult>> suite : suites(report).entrySet()) {
                write(suite.getKey(), suite.getValue(), thresholdFailures(report, suite.getKey()), xml);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("the report can't be written as XML", e);
        }
        return text.toString();
    }

    private static Map<String, List<CaseResult>> suites(EvaluationReport report) {
        Map<String, List<CaseResult>> suites = new LinkedHashMap<>();
        for (CaseResult result : Objects.requireNonNull(report.cases())) {
            suites.computeIfAbsent(result.evaluation(), name -> new ArrayList<>())
                    .add(result);
        }
        return suites;
    }

    private static List<String> thresholdFailures(EvaluationReport report, String suite) {
        return report.failures().stream()
                .filter(failure -> failure.startsWith(suite + ": "))
                .toList();
    }

    private static void write(String suite, List<CaseResult> results, List<String> thresholds, XMLStreamWriter xml)
            throws XMLStreamException {
        long failed = results.stream().filter(result -> !result.passed()).count() + (thresholds.isEmpty() ? 0 : 1);
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", suite);
        xml.writeAttribute("tests", Integer.toString(results.size() + 1));
        xml.writeAttribute("failures", Long.toString(failed));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute("skipped", "0");
        xml.writeAttribute(
                "time",
                seconds(results.stream().mapToDouble(CaseResult::milliseconds).sum()));
        for (CaseResult result : results) {
            writeTest(suite, result.question(), result.milliseconds(), result.failures(), xml);
        }
        writeTest(suite, THRESHOLDS, 0, thresholds, xml);
        xml.writeEndElement();
    }

    private static void writeTest(
            String suite, String name, double milliseconds, List<String> failures, XMLStreamWriter xml)
            throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "evals." + suite);
        xml.writeAttribute("name", plain(name));
        xml.writeAttribute("time", seconds(milliseconds));
        if (!failures.isEmpty()) {
            xml.writeStartElement("failure");
            xml.writeAttribute("message", plain(failures.get(0)));
            xml.writeCharacters(plain(String.join("\n", failures)));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static String seconds(double milliseconds) {
        return String.format(Locale.ROOT, "%.3f", milliseconds / 1000);
    }

    /** {@code text} without what XML can't hold. */
    private static String plain(String text) {
        return NO_XML.matcher(text).replaceAll("");
    }
}
