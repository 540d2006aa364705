"""jupyter_kernel_test with every attribute set: all of its tests run, none is skipped.

The suite finds its kernel by name through JUPYTER_PATH and reads class attributes; `kernel_folder`
points it at a private installation of the binary under test.
"""
import os
import subprocess

import jupyter_kernel_test
import pytest


@pytest.fixture(scope="class", autouse=True)
def kernel_folder(saddle, tmp_path_factory):
    """Installs the kernelspec in a private prefix before the suite's own setUpClass."""
    prefix = tmp_path_factory.mktemp("prefix")
    subprocess.run([str(saddle), "install", "--prefix", str(prefix)], check=True,
                   capture_output=True, timeout=30)
    changes = {
        "JUPYTER_PATH": str(prefix / "share" / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(prefix / "runtime"),
        "XDG_DATA_HOME": str(prefix / "data"),
    }
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


class TestKernel(jupyter_kernel_test.KernelTests):
    kernel_name = "saddle"
    language_name = "saddle"
    file_extension = ".saddle"
    code_hello_world = 'print("hello, world")'
    code_stderr = 'warn("careful")'
    completion_samples = [
        {"text": "lsg", "matches": {"lsgan"}},
        {"text": "leaky", "matches": {"leaky_relu"}},
    ]
    complete_code_samples = [
        "1 + 1", "x = [1, 2,\n 3]", "f(x) = x^2", "repeat 2 { print(1) }", "# only a remark",
    ]
    incomplete_code_samples = ["repeat 5 {", "x = (1 +", "f(x) = {\n    x"]
    invalid_code_samples = [")", "x = = 3", "1 2"]
    code_page_something = "?lsgan"
    code_generate_error = "surely_unknown"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "2^10", "result": "1024"},
        {"code": "[1, 2, 3]", "result": "[1, 2, 3]"},
    ]
    code_display_data = [
        {"code": "show(digits())", "mime": "image/png"},
        {"code": "show(digits())", "mime": "text/plain"},
    ]
    code_history_pattern = "6 [*] 7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "lsgan"
    code_clear_output = "clear()"

    def test_no_attribute_is_empty(self):
        """An empty attribute would make the suite skip a test in silence."""
        for name in dir(jupyter_kernel_test.KernelTests):
            if name.startswith(("code_", "complete", "incomplete", "invalid", "supported")):
                assert getattr(self, name), name


class TestWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "saddle"
    support_iopub_welcome = True
