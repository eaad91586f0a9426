package io.catena.s3.xml;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.s3.Mutations;
import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whatever a document holds, it is read or MalformedXML.
@Timeout(900)
final class XmlFuzzTest {
    private static final String[] SEEDS = {
        "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet><Object><Key>"
                + "a&amp;b&#10;</Key><ETag>\"x\"</ETag></Object></Delete>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><CompleteMultipartUpload><Part><PartNumber>1"
                + "</PartNumber><ETag>x</ETag></Part><!-- a --></CompleteMultipartUpload>",
        "<?xml version=\"1.1\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
        "<a><b><c><d><![CDATA[x]]><?e f?></d></c></b></a>"};

    @Test
    void shouldReadOrRefuse() {
        run(Mutations.FEW);
    }

    @Test
    @Tag("nightly")
    void shouldReadOrRefuseMillionsOfTimes() {
        run(Mutations.MANY);
    }

    private static void run(int inputs) {
        XmlReader reader = new XmlReader();
        Mutations documents = new Mutations(4, SEEDS);
        int understood = 0;
        for (int i = 0; i < inputs; i++) {
            try {
                reader.read(documents.next());
                understood++;
            } catch (S3Exception refused) {
                assertThat(refused.error()).isEqualTo(S3Error.MALFORMED_XML);
            }
        }
        assertThat(understood).isPositive();
    }
}
