package offhook.server.walls;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The main classes of every module that the server stands on, read once. */
final class House {
    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("offhook");

    static final String[] CORE = {"offhook.media..", "offhook.sip..", "offhook.call.."};

    private House() {}
}
