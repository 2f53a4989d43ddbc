# The pages of --explain, from the documentation.
FINDINGS = \
	docs/findings/STK-A001.md \
	docs/findings/STK-A002.md \
	docs/findings/STK-A003.md \
	docs/findings/STK-A004.md \
	docs/findings/STK-A005.md \
	docs/findings/STK-A006.md \
	docs/findings/STK-A007.md \
	docs/findings/STK-A008.md \
	docs/findings/STK-A009.md \
	docs/findings/STK-F001.md \
	docs/findings/STK-F002.md \
	docs/findings/STK-F003.md \
	docs/findings/STK-L001.md \
	docs/findings/STK-L002.md \
	docs/findings/STK-L003.md \
	docs/findings/STK-L004.md \
	docs/findings/STK-L005.md \
	docs/findings/STK-L006.md \
	docs/findings/STK-L007.md \
	docs/findings/STK-L008.md \
	docs/findings/STK-L009.md \
	docs/findings/STK-L010.md \
	docs/findings/STK-L011.md \
	docs/findings/STK-L012.md \
	docs/findings/STK-L013.md \
	docs/findings/STK-L014.md \
	docs/findings/STK-L015.md \
	docs/findings/STK-L016.md \
	docs/findings/STK-L017.md \
	docs/findings/STK-L018.md \
	docs/findings/STK-L101.md \
	docs/findings/STK-L102.md \
	docs/findings/STK-L103.md \
	docs/findings/STK-L104.md \
	docs/findings/STK-L105.md \
	docs/findings/STK-L106.md \
	docs/findings/STK-L110.md \
	docs/findings/STK-L111.md \
	docs/findings/STK-L112.md \
	docs/findings/STK-L113.md \
	docs/findings/STK-L201.md \
	docs/findings/STK-L202.md \
	docs/findings/STK-L203.md \
	docs/findings/STK-L204.md \
	docs/findings/STK-L205.md \
	docs/findings/STK-L206.md \
	docs/findings/STK-L207.md \
	docs/findings/STK-L208.md \
	docs/findings/STK-L209.md \
	docs/findings/STK-L210.md \
	docs/findings/STK-L211.md \
	docs/findings/STK-L212.md \
	docs/findings/STK-P001.md \
	docs/findings/STK-P002.md \
	docs/findings/STK-P003.md \
	docs/findings/STK-P004.md \
	docs/findings/STK-P005.md \
	docs/findings/STK-P006.md \
	docs/findings/STK-P007.md \
	docs/findings/STK-P008.md \
	docs/findings/STK-P009.md \
	docs/findings/STK-P010.md \
	docs/findings/STK-P011.md \
	docs/findings/STK-P012.md \
	docs/findings/STK-P013.md \
	docs/findings/STK-S001.md \
	docs/findings/STK-S002.md \
	docs/findings/STK-S003.md \
	docs/findings/STK-S004.md \
	docs/findings/STK-S005.md \
	docs/findings/STK-S006.md \
	docs/findings/STK-S007.md \
	docs/findings/STK-S008.md \
	docs/findings/STK-S009.md \
	docs/findings/STK-S010.md \
	docs/findings/STK-S011.md \
	docs/findings/STK-S012.md \
	docs/findings/STK-S013.md \
	docs/findings/STK-S014.md \
	docs/findings/STK-S015.md

EXTRA_DIST += $(FINDINGS) tools/codegen/findings.py
tools/stoker/finding-pages.c: $(FINDINGS) tools/codegen/findings.py
	$(AM_V_GEN)$(MKDIR_P) tools/stoker && out="$(abs_builddir)/$@" && \
		cd $(srcdir) && $(PYTHON) -B tools/codegen/findings.py -o "$$out" $(FINDINGS)
CLEANFILES += tools/stoker/finding-pages.c
